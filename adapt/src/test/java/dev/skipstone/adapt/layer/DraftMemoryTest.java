package dev.skipstone.adapt.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.skipstone.adapt.math.Workers;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.testing.FamilyCheckpoint;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.pass.LayerPath;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DraftMemoryTest {
  @TempDir Path folder;

  static Stream<LayerPath> paths() {
    return Stream.of(
        LayerPath.full(4),
        LayerPath.skipping(4, new int[] {1, 2}, new int[] {1, 2}),
        LayerPath.skipping(4, new int[] {0, 3}, new int[] {1, 3}));
  }

  @ParameterizedTest
  @MethodSource("paths")
  void isWhatTheArraysTake(LayerPath path) throws IllegalAccessException {
    try (Model model = Model.open(MicroModel.defaults().write(folder.resolve("m.gguf")));
        Workers workers = new Workers(2)) {
      DraftShape shape = new DraftShape(path, 3, 4, 8, DraftVocabulary.all(288));
      DraftPath draft = new DraftPath(model, shape, 40, 100, workers);

      assertThat(DraftPath.bytes(model, shape, 40, 100, 2))
          .isCloseTo(arrays(draft), withinPercentage(3));
    }
  }

  static List<FamilyCheckpoint> checkpoints() throws IOException {
    return FamilyCheckpoint.all();
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void isWhatTheArraysTakeInEachFamily(FamilyCheckpoint checkpoint)
      throws IOException, IllegalAccessException {
    try (Model model = Model.open(checkpoint.write(folder));
        Workers workers = new Workers(2)) {
      HyperParameters sizes = model.hyperParameters();
      LayerPath path = LayerPath.skipping(sizes.layers(), new int[] {1}, new int[] {2});
      DraftShape shape = new DraftShape(path, 3, 4, 8, DraftVocabulary.all(sizes.vocabulary()));
      DraftPath draft = new DraftPath(model, shape, 40, 100, workers);

      assertThat(DraftPath.bytes(model, shape, 40, 100, 2))
          .isCloseTo(arrays(draft), withinPercentage(3));
    }
  }

  /** Bytes of all arrays of numbers that an object reaches through classes of this module. */
  private static long arrays(Object root) throws IllegalAccessException {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> open = new ArrayDeque<>();
    open.add(root);
    long bytes = 0;
    while (!open.isEmpty()) {
      Object object = open.remove();
      if (!seen.add(object)) {
        continue;
      }
      Class<?> type = object.getClass();
      if (type == float[].class || type == int[].class) {
        bytes += 4L * Array.getLength(object);
      } else if (type == double[].class) {
        bytes += 8L * Array.getLength(object);
      } else if (object instanceof Object[] array) {
        add(open, array);
      } else if (object instanceof Collection<?> collection) {
        add(open, collection.toArray());
      } else if (type.getName().startsWith("dev.skipstone.adapt.")) {
        for (Field field : type.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
            field.setAccessible(true);
            add(open, field.get(object));
          }
        }
      }
    }
    return bytes;
  }

  private static void add(Deque<Object> open, Object... objects) {
    for (Object object : objects) {
      if (object != null) {
        open.add(object);
      }
    }
  }
}
