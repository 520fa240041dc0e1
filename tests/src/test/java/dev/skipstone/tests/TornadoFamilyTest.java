package dev.skipstone.tests;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.adapter.DraftAdapter;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.testing.RandomAdapter;
import dev.skipstone.tornado.TornadoBackend;
import dev.skipstone.tornado.kernel.KernelRegistry;
import dev.skipstone.tornado.kernel.KernelVariant;
import dev.skipstone.tornado.kernel.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The families through the TornadoVM backend, a plain JVM standing in for the device. */
final class TornadoFamilyTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of an answer: as many as several drafts have. */
  private static final int TOKENS = 24;

  @TempDir Path folder;

  @BeforeEach
  void allowTheHost() {
    System.setProperty(TornadoBackend.HOST_PROPERTY, "true");
  }

  @AfterEach
  void forbidTheHost() {
    System.clearProperty(TornadoBackend.HOST_PROPERTY);
    System.clearProperty(TornadoBackend.PROFILE_PROPERTY);
  }

  static List<Path> goldenCheckpoints() throws IOException {
    return Golden.checkpoints();
  }

  static List<FamilyCheckpoint> variations() throws IOException {
    return FamilyCheckpoint.all();
  }

  @ParameterizedTest
  @MethodSource("goldenCheckpoints")
  void goldenCheckpoints(Path model) throws IOException {
    check(new FamilyCheck(JSON.readTree(model.resolve("expected.json").toFile())), model);
  }

  @ParameterizedTest
  @MethodSource("variations")
  void variations(FamilyCheckpoint checkpoint) throws IOException {
    check(new FamilyCheck(checkpoint.json()), checkpoint.write(folder.resolve("model")));
  }

  /** Between them they have every task that only some families need. */
  @ParameterizedTest
  @ValueSource(strings = {"gemma2", "olmo2", "llama-biases"})
  void withKernelsByGroup(String name) throws IOException {
    System.setProperty(TornadoBackend.PROFILE_PROPERTY, profileOfGroups().toString());
    FamilyCheckpoint checkpoint = FamilyCheckpoint.read(name);
    FamilyCheck check = new FamilyCheck(checkpoint.json());
    try (Engine engine = load(checkpoint.write(folder.resolve("model")), Optional.empty())) {
      check.assertLogits(engine);
      check.assertLossless(engine, engine, 4, FamilyCheck.skip(engine));
    }
  }

  /** What is expected, and that neither drafter changes it. */
  private void check(FamilyCheck check, Path model) {
    Path trained =
        RandomAdapter.of(3)
            .withVocabulary("0-63")
            .write(model, folder.resolve("random.s3d.safetensors"));
    try (DraftAdapter adapter = DraftAdapter.open(trained);
        Engine engine = load(model, Optional.of(adapter))) {
      check.assertLogits(engine);
      check.assertGreedy(engine);
      check.assertLossless(
          engine,
          engine,
          TOKENS,
          FamilyCheck.skip(engine),
          DraftMethod.ngram(8),
          DraftMethod.s3d(engine.options().adapter().orElseThrow(), 4));
    }
  }

  private static Engine load(Path model, Optional<DraftAdapter> adapter) {
    EngineOptions options = EngineOptions.defaults().withThreads(1).withBackend("tornado", 0);
    return Engine.load(model, adapter.map(options::withAdapter).orElse(options));
  }

  /** Prefers kernels of work-groups, for weights in words, where a device has the choice. */
  private Path profileOfGroups() throws IOException {
    Map<String, List<String>> variants = new TreeMap<>();
    for (Operation<?> operation : KernelRegistry.operations()) {
      List<String> names =
          operation.variants().stream()
              .map(KernelVariant::name)
              .filter(name -> name.endsWith("ByGroup") || name.equals("projectTiled"))
              .filter(name -> Stream.of("Halves", "Vectors").noneMatch(name::contains))
              .toList();
      if (!names.isEmpty()) {
        variants.put(operation.name(), names);
      }
    }
    return Files.writeString(
        folder.resolve("kernels.json"), JSON.writeValueAsString(Map.of("variants", variants)));
  }
}
