package dev.skipstone.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.Generation;
import dev.skipstone.runtime.GenerationOptions;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.runtime.sampling.Sampling;
import dev.skipstone.runtime.testing.GoodnessOfFit;
import dev.skipstone.runtime.testing.SampledOutput;
import dev.skipstone.tornado.HostEngine.Kernels;
import dev.skipstone.tornado.host.CompiledKernel;
import dev.skipstone.tornado.host.Instrumentation;
import dev.skipstone.tornado.host.NdRange;
import dev.skipstone.tornado.kernel.PassBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** Sampling on the device: the right distribution, and nothing but tokens comes back. */
final class BackendSamplingTest {
  private static final int ROUNDS = 1500;
  private static final double ACCEPTABLE = 1e-3;
  private static final int LAYERS = 3;
  private static final int TOKENS = 24;
  private static final int[] PROMPT = {5, 4, 5, 9, 4, 5, 5, 4};
  private static final Sampling FILTERED = new Sampling(1.5f, 40, 0.9f, 0.01f, 3);

  private static final DraftMethod FULL_PATH =
      DraftMethod.uncontrolled(DraftMethod.skip(LayerPath.full(LAYERS), 15));

  private static final List<DraftMethod> METHODS =
      List.of(
          DraftMethod.none(),
          DraftMethod.uncontrolled(
              DraftMethod.skip(LayerPath.skipping(LAYERS, new int[] {1}, new int[0]), 15)),
          DraftMethod.uncontrolled(DraftMethod.ngram(4)));

  @TempDir Path folder;

  static Stream<Arguments> methods() {
    return Stream.of(SampledOutput.PLAIN, SampledOutput.FILTERED)
        .flatMap(rule -> SampledOutput.METHODS.stream().map(method -> Arguments.of(method, rule)));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void continuationsHaveTheTargetsDistribution(DraftMethod method, Sampling rule) {
    try (Engine engine = load(SampledOutput.model(), Kernels.BY_ITEM)) {
      SampledOutput output = new SampledOutput(engine);
      SampledOutput.Outcome outcome = output.sample(method, rule, ROUNDS);
      assertThat(GoodnessOfFit.pValue(output.exact(rule), outcome.counts()))
          .isGreaterThan(ACCEPTABLE);
      if (method.draftTokens() > 0) {
        // Else nothing was tried.
        assertThat(outcome.accepted()).isBetween(ROUNDS / 100, outcome.drafted() - ROUNDS / 100);
      }
    }
  }

  /** What each drafted token was drawn from is kept until it is verified, in the same bits. */
  @ParameterizedTest
  @EnumSource(names = {"BY_ITEM", "BY_SHAPE"})
  void aDraftOfTheWholeModelIsAlwaysAccepted(Kernels kernels) {
    try (Engine engine = load(micro(), kernels)) {
      for (Sampling rule : List.of(Sampling.at(1.2f, 7), FILTERED)) {
        Generation answer = generate(engine, FULL_PATH, rule);
        assertThat(answer.stats().drafted()).isPositive();
        assertThat(answer.stats().accepted()).isEqualTo(answer.stats().drafted());
      }
    }
  }

  /** A filter that leaves one token is greedy decoding. */
  @ParameterizedTest
  @EnumSource(names = {"BY_ITEM", "BY_SHAPE"})
  void filtersThatLeaveOneTokenGiveTheBest(Kernels kernels) {
    try (Engine engine = load(micro(), kernels)) {
      for (DraftMethod method : METHODS) {
        int[] greedy = generate(engine, method, Sampling.greedy()).tokens();
        for (Sampling rule :
            List.of(
                new Sampling(1.5f, 1, 1, 0, 3),
                new Sampling(1.5f, 0, 1e-6f, 0, 3),
                new Sampling(1.5f, 0, 1, 1, 3),
                new Sampling(1e-30f, 0, 1, 0, 3))) {
          assertThat(generate(engine, method, rule).tokens()).as("%s", rule).isEqualTo(greedy);
        }
      }
    }
  }

  @Test
  void noRowOfLogitsComesBack() {
    TransferSpy spy = new TransferSpy();
    dev.skipstone.tornado.host.Engine.with(
        spy,
        () -> {
          try (Engine engine = load(micro(), Kernels.BY_ITEM)) {
            for (DraftMethod method : METHODS) {
              for (Sampling rule : List.of(Sampling.at(1.3f, 5), FILTERED)) {
                Generation answer = generate(engine, method, rule);
                assertThat(answer.tokens()).isNotEmpty();
                assertThat(spy.largest)
                    .as("elements of one copy to the host, %s", method)
                    .isBetween(1, PassBuffer.MAX_LOGIT_ROWS);
              }
            }
            // The spy would have seen it.
            readLogits(engine);
            assertThat(spy.largest).isEqualTo(micro().vocabulary());
          }
          return null;
        });
  }

  private static void readLogits(Engine engine) {
    try (PassRunner runner = engine.openRunner()) {
      Pass pass = new Pass(PROMPT, 0, LayerPath.full(LAYERS), new int[] {7});
      runner.run(pass).read(0, new float[micro().vocabulary()]);
    }
  }

  /** Runs kernels as ever and notes what is copied from the device. */
  private static final class TransferSpy implements dev.skipstone.tornado.host.Engine {
    private final dev.skipstone.tornado.host.Engine fast = dev.skipstone.tornado.host.Engine.fast();
    private final Set<Object> onDevice = Collections.newSetFromMap(new IdentityHashMap<>());
    private int largest;

    @Override
    public Instrumentation instrumentation() {
      return fast.instrumentation();
    }

    @Override
    public void launch(String task, CompiledKernel kernel, Object[] arguments, NdRange range) {
      fast.launch(task, kernel, arguments, range);
    }

    @Override
    public void allocated(TornadoNativeArray host, TornadoNativeArray device) {
      onDevice.add(device);
    }

    @Override
    public void copied(TornadoNativeArray from, TornadoNativeArray to, int offset, int length) {
      if (onDevice.contains(from)) {
        largest = Math.max(largest, length);
      }
    }
  }

  private static MicroModel micro() {
    return HostEngine.micro(LAYERS).withContext(96);
  }

  private Engine load(MicroModel micro, Kernels kernels) {
    return HostEngine.load(micro.write(folder.resolve("micro.gguf")), kernels);
  }

  private static Generation generate(Engine engine, DraftMethod method, Sampling rule) {
    try (Session session = engine.openSession()) {
      Generation generation =
          session.generate(
              PROMPT,
              GenerationOptions.defaults()
                  .withMaxTokens(TOKENS)
                  .withDraft(method)
                  .withSampling(rule));
      generation.complete();
      return generation;
    }
  }
}
