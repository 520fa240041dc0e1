package dev.skipstone.runtime.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.model.TensorType;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.pass.BatchRunner;
import dev.skipstone.runtime.pass.BatchRunner.Part;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sequences that share passes get the same bits as in passes of their own. */
class BatchRunnerTest {
  private static final MicroModel MICRO = MicroModel.defaults().withLayers(2).withContext(160);
  private static final LayerPath FULL = LayerPath.full(2);
  private static final int STEPS = 6;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F16", "Q8_0", "Q4_1"})
  void sequencesBesideEachOtherChangeNoBit(TensorType type) {
    Path file = MICRO.withMatrices(type).write(folder.resolve("micro.gguf"));
    for (int threads = 1; threads <= 3; threads++) {
      try (Engine engine = load(file, threads)) {
        // Within a block of keys, over a chunk of attention, and more rows than attend at once.
        compare(engine, FULL, 1, 30, 140);
        compare(engine, FULL, 5, 4, 3, 127, 2, 9, 1, 33, 64, 12, 128);
        compare(engine, LayerPath.skipping(2, new int[] {1}, new int[] {0}), 7, 50);
      }
    }
  }

  /** Reads prompts of some lengths, piece by piece and beside each other, and then goes on. */
  private static void compare(Engine engine, LayerPath path, int... lengths) {
    List<List<float[]>> actual = new ArrayList<>();
    try (BatchRunner runner = engine.openBatch(lengths.length).orElseThrow()) {
      for (int i = 0; i < lengths.length; i++) {
        actual.add(new ArrayList<>());
      }
      List<Part> parts = parts(runner, path, lengths);
      while (!parts.isEmpty()) {
        Logits logits = runner.run(parts);
        int row = 0;
        for (Part part : parts) {
          for (int i = 0; i < part.pass().logitRows().length; i++) {
            actual.get(part.sequence()).add(read(logits, row++));
          }
        }
        assertThat(logits.rows()).as("rows of logits").isEqualTo(row);
        parts = parts(runner, path, lengths);
      }
    }
    for (int i = 0; i < lengths.length; i++) {
      List<float[]> expected = alone(engine, path, tokens(i, lengths[i]), lengths[i]);
      assertThat(actual.get(i)).hasSameSizeAs(expected);
      for (int step = 0; step < expected.size(); step++) {
        assertThat(actual.get(i).get(step))
            .as("%s: step %d of sequence %d, of %s", path, step, i, Arrays.toString(lengths))
            .isEqualTo(expected.get(step));
      }
    }
  }

  /** Up to five tokens of each sequence's prompt, or one behind it, while there is room. */
  private static List<Part> parts(BatchRunner runner, LayerPath path, int[] lengths) {
    List<Part> parts = new ArrayList<>();
    int room = runner.maxRows();
    for (int i = 0; i < lengths.length; i++) {
      int start = runner.cache(i).length();
      int rest = start < lengths[i] ? Math.min(5, lengths[i] - start) : 1;
      int rows = Math.min(Math.min(rest, room), lengths[i] + STEPS - start);
      if (rows > 0) {
        int[] piece = Arrays.copyOfRange(tokens(i, lengths[i]), start, start + rows);
        int[] wanted = start + rows >= lengths[i] ? new int[] {rows - 1} : new int[0];
        parts.add(new Part(i, new Pass(piece, start, path, wanted)));
        room -= rows;
      }
    }
    return parts;
  }

  private static List<float[]> alone(Engine engine, LayerPath path, int[] tokens, int length) {
    List<float[]> logits = new ArrayList<>();
    try (PassRunner runner = engine.openRunner()) {
      for (int i = 0; i < tokens.length; i++) {
        int[] one = {tokens[i]};
        logits.add(read(runner.run(new Pass(one, i, path, new int[] {0})), 0));
      }
    }
    return logits.subList(length - 1, tokens.length);
  }

  private static int[] tokens(int sequence, int length) {
    return new Random(sequence).ints(length + STEPS, 0, MICRO.vocabulary()).toArray();
  }

  private static float[] read(Logits logits, int row) {
    float[] values = new float[logits.vocabulary()];
    logits.read(row, values);
    return values;
  }

  @Test
  void whatCantShareAPassIsRefused() {
    try (Engine engine = load(MICRO.write(folder.resolve("micro.gguf")), 1);
        BatchRunner runner = engine.openBatch(2).orElseThrow()) {
      Pass pass = Pass.withoutLogits(new int[] {1}, 0, FULL);
      Pass other =
          Pass.withoutLogits(new int[] {1}, 0, LayerPath.skipping(2, new int[0], new int[] {1}));
      Pass gap = Pass.withoutLogits(new int[] {1}, 3, FULL);
      Pass half = Pass.withoutLogits(new int[runner.maxRows() / 2 + 1], 0, FULL);
      refused(runner, "sequence 1", new Part(1, pass), new Part(1, pass));
      refused(runner, "sequence 2", new Part(2, pass));
      refused(runner, "same sublayers", new Part(0, pass), new Part(1, other));
      refused(runner, "gap", new Part(0, pass), new Part(1, gap));
      refused(runner, "66 rows", new Part(0, half), new Part(1, half));
      refused(runner, "0 rows");
      assertThat(IntStream.range(0, 2).map(i -> runner.cache(i).length())).containsOnly(0);
      for (int count : new int[] {0, 17}) {
        assertThatThrownBy(() -> engine.openBatch(count))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("not 1 to 16");
      }
    }
  }

  private static void refused(BatchRunner runner, String what, Part... parts) {
    assertThatThrownBy(() -> runner.run(List.of(parts)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(what);
  }

  private static Engine load(Path file, int threads) {
    return Engine.load(file, EngineOptions.defaults().withThreads(threads));
  }
}
