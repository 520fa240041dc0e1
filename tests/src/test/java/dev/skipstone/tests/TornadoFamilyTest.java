package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.model.Model;
import dev.skipstone.model.testing.FamilyCheckpoint;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.adapter.DraftAdapter;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.LoadedModel;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.MemoryPlan;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.runtime.testing.RandomAdapter;
import dev.skipstone.tornado.TornadoBackend;
import dev.skipstone.tornado.host.CompiledKernel;
import dev.skipstone.tornado.host.Instrumentation;
import dev.skipstone.tornado.host.NdRange;
import dev.skipstone.tornado.kernel.KernelRegistry;
import dev.skipstone.tornado.kernel.KernelVariant;
import dev.skipstone.tornado.kernel.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** The families through the TornadoVM backend, a plain JVM standing in for the device. */
final class TornadoFamilyTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of an answer: as many as several drafts have. */
  private static final int TOKENS = 24;

  /** The first tokens of the vocabulary are those that an adapter drafts. */
  private static final int DRAFTED = 64;

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

  /** What an adapter adds goes through the same biases, norms, gates and caps. */
  @ParameterizedTest
  @ValueSource(strings = {"gemma2", "gemma3-scaled", "olmo2", "llama-biases", "granite"})
  void draftsAreNearTheCpus(String name) throws IOException {
    Path model = FamilyCheckpoint.read(name).write(folder.resolve("model"));
    try (DraftAdapter adapter = randomAdapter(model);
        Engine device = load(model, Optional.of(adapter));
        Engine cpu = Engine.load(model, EngineOptions.defaults().withAdapter(adapter))) {
      float[][] expected = draft(cpu);
      float[][] logits = draft(device);
      float largest = 0;
      float error = 0;
      for (int row = 0; row < expected.length; row++) {
        for (int i = 0; i < DRAFTED; i++) {
          largest = Math.max(largest, Math.abs(expected[row][i]));
          error = Math.max(error, Math.abs(logits[row][i] - expected[row][i]));
        }
      }
      assertThat((double) error / largest).isLessThan(FamilyCheck.SHARE);
    }
  }

  /** Logits of three rows behind a prompt, two of them masks. */
  private static float[][] draft(Engine engine) {
    int layers = engine.model().hyperParameters().layers();
    try (PassRunner runner = engine.openRunner()) {
      int[] prompt = IntStream.range(3, 30).toArray();
      runner.run(Pass.withoutLogits(prompt, 0, LayerPath.full(layers)));
      int[] rows = {0, 1, 2};
      int[] tokens = {7, Pass.mask(1), Pass.mask(2)};
      LayerPath path = runner.adapter().orElseThrow().path();
      Logits logits = runner.run(new Pass(tokens, prompt.length, path, rows, true));
      float[][] values = new float[rows.length][logits.vocabulary()];
      for (int row : rows) {
        logits.read(row, values[row]);
      }
      return values;
    }
  }

  /** Those with more norms, biases or tables of angles than a plain llama. */
  @ParameterizedTest
  @ValueSource(strings = {"llama-odd", "gemma3-scaled", "olmo2", "llama-biases", "phi3-short"})
  void thePlanIsWhatTheDeviceHolds(String name) throws IOException {
    int context = 160;
    TornadoBackend backend = new TornadoBackend();
    try (Model model = Model.open(FamilyCheckpoint.read(name).write(folder.resolve("model")))) {
      AllocationCounter counter = new AllocationCounter();
      long taken =
          dev.skipstone.tornado.host.Engine.with(
              counter,
              () -> {
                try (LoadedModel _ = backend.load(model, 0, 1, context)) {
                  return counter.bytes;
                }
              });
      MemoryPlan plan = backend.plan(model, 1, context);
      // Kernels that are fused need no room for what is between them.
      assertThat(taken).isBetween(plan.total() * 6 / 10, plan.total());
    }
  }

  /** Counts what is allocated on the device, and runs nothing. */
  private static final class AllocationCounter implements dev.skipstone.tornado.host.Engine {
    private long bytes;

    @Override
    public Instrumentation instrumentation() {
      return Instrumentation.NONE;
    }

    @Override
    public void launch(String task, CompiledKernel kernel, Object[] arguments, NdRange range) {}

    @Override
    public void allocated(TornadoNativeArray host, TornadoNativeArray device) {
      bytes += (long) device.getSize() * device.getElementSize();
    }
  }

  /** A launch has its costs: what only some families need is all that they pay for. */
  @ParameterizedTest
  @CsvSource({"llama-odd, 8", "qwen2-window, 9", "granite, 10", "gemma3-scaled, 11", "olmo2, 11"})
  void launchesOfALayer(String name, int launches) throws IOException {
    prefer(Map.of(KernelRegistry.PROJECT.name(), List.of("projectByItem")));
    Path file = FamilyCheckpoint.read(name).write(folder.resolve("model"));
    try (Engine engine = load(file, Optional.empty());
        PassRunner runner = engine.openRunner()) {
      int layers = engine.model().hyperParameters().layers();
      LayerPath all = LayerPath.full(layers);
      LayerPath fewer = LayerPath.skipping(layers, new int[] {1}, new int[] {1});
      runner.run(new Pass(new int[] {5}, 0, all, new int[] {0}));
      int ofAll = runner.launches();
      runner.run(new Pass(new int[] {5}, 1, fewer, new int[] {0}));
      assertThat(ofAll - runner.launches()).isEqualTo(launches);
    }
  }

  /** Between them they have every kernel by group that only some families need. */
  @ParameterizedTest
  @ValueSource(strings = {"gemma2", "olmo2"})
  void withKernelsByGroup(String name) throws IOException {
    prefer(kernelsOfGroups());
    FamilyCheckpoint checkpoint = FamilyCheckpoint.read(name);
    FamilyCheck check = new FamilyCheck(checkpoint.json());
    try (Engine engine = load(checkpoint.write(folder.resolve("model")), Optional.empty())) {
      check.assertLogits(engine);
      check.assertLossless(engine, engine, 4, FamilyCheck.skip(engine));
    }
  }

  /** What is expected, and that neither drafter changes it. */
  private void check(FamilyCheck check, Path model) {
    try (DraftAdapter adapter = randomAdapter(model);
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

  private DraftAdapter randomAdapter(Path model) {
    RandomAdapter random = RandomAdapter.of(3).withVocabulary("0-" + (DRAFTED - 1));
    return DraftAdapter.open(random.write(model, folder.resolve("random.s3d.safetensors")));
  }

  private static Engine load(Path model, Optional<DraftAdapter> adapter) {
    EngineOptions options = EngineOptions.defaults().withThreads(1).withBackend("tornado", 0);
    return Engine.load(model, adapter.map(options::withAdapter).orElse(options));
  }

  /** Kernels of work-groups, where there are any, for weights in words. */
  private static Map<String, List<String>> kernelsOfGroups() {
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
    return variants;
  }

  private void prefer(Map<String, List<String>> variants) throws IOException {
    Path profile = folder.resolve("kernels.json");
    JSON.writeValue(profile.toFile(), Map.of("variants", variants));
    System.setProperty(TornadoBackend.PROFILE_PROPERTY, profile.toString());
  }
}
