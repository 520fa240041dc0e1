package dev.skipstone.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.skipstone.model.TensorType;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.tornado.HostEngine.Kernels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole passes against the CPU backend, and against other passes over the same tokens. */
final class BackendLogitsTest {
  private static final int LAYERS = 3;
  private static final MicroModel BASE = HostEngine.micro(LAYERS).withContext(128);
  private static final LayerPath FULL = LayerPath.full(LAYERS);

  /** Logits have a deviation of about 2.5; the CPU rounds keys and values to float16. */
  private static final double TOLERANCE = 1e-2;

  /** The CPU also rounds the scales of the types with blocks of 256. */
  private static final double ROUNDED_TOLERANCE = 4e-2;

  /** Sums in another order. */
  private static final double ORDER_TOLERANCE = 1e-4;

  @TempDir Path folder;

  static Stream<Arguments> models() {
    return Stream.of(
        Arguments.of(BASE.withMatrices(TensorType.F32), FULL),
        Arguments.of(BASE.withMatrices(TensorType.F16).withTiedOutput(false), FULL),
        Arguments.of(BASE.withMatrices(TensorType.BF16), FULL),
        Arguments.of(BASE.withMatrices(TensorType.Q8_0).withTiedOutput(false), FULL),
        Arguments.of(BASE.withMatrices(TensorType.Q8_0), FULL),
        Arguments.of(BASE.withMatrices(TensorType.Q4_0), FULL),
        Arguments.of(BASE.withMatrices(TensorType.Q4_1).withTiedOutput(false), FULL),
        Arguments.of(BASE.withMatrices(TensorType.Q4_K), FULL),
        Arguments.of(BASE.withMatrices(TensorType.Q6_K), FULL),
        Arguments.of(BASE.withMatrices(TensorType.Q2_K), FULL),
        Arguments.of(BASE.withMatrices(TensorType.Q3_K), FULL),
        Arguments.of(BASE.withMatrices(TensorType.Q5_K), FULL),
        Arguments.of(BASE.withMatrices(TensorType.IQ4_XS), FULL),
        Arguments.of(BASE.withMatrices(TensorType.Q5_0), FULL),
        Arguments.of(BASE.withMatrices(TensorType.Q5_1), FULL),
        Arguments.of(BASE.withMatrices(TensorType.IQ4_NL), FULL),
        // One key-value head for all, one for each, heads wider than the model, odd sizes.
        Arguments.of(BASE.withHeads(4, 1, 16), FULL),
        Arguments.of(BASE.withHeads(3, 3, 32).withSizes(24, 40), FULL),
        Arguments.of(BASE.withHeads(2, 1, 48).withSizes(37, 41).withVocabulary(101), FULL),
        Arguments.of(BASE.withHeads(1, 1, 256), FULL),
        Arguments.of(BASE, path(new int[] {1}, new int[0])),
        Arguments.of(BASE, path(new int[0], new int[] {0})),
        Arguments.of(BASE, path(new int[] {0}, new int[] {2})),
        Arguments.of(BASE, path(new int[] {0, 1}, new int[] {0})),
        // A single sublayer, of either kind, and none.
        Arguments.of(BASE, path(new int[] {0, 1, 2}, new int[] {0, 2})),
        Arguments.of(BASE, path(new int[] {0, 2}, new int[] {0, 1, 2})),
        Arguments.of(BASE, path(new int[] {0, 1, 2}, new int[] {0, 1, 2})));
  }

  private static LayerPath path(int[] skippedAttention, int[] skippedMlp) {
    return LayerPath.skipping(LAYERS, skippedAttention, skippedMlp);
  }

  @ParameterizedTest
  @MethodSource("models")
  void logitsAreCloseToTheCpus(MicroModel micro, LayerPath path) {
    int[] tokens = new Random(4).ints(18, 0, micro.vocabulary()).toArray();
    int[] rows = {0, 1, 15, 16, 17};
    Path file = micro.write(folder.resolve("micro.gguf"));
    float[][] expected;
    try (Engine cpu = Engine.load(file, EngineOptions.defaults().withThreads(1))) {
      expected = cpu.logits(tokens, path, rows);
    }
    List<Kernels> all =
        path.isFull() ? List.of(Kernels.BY_ITEM, Kernels.BY_SHAPE) : List.of(Kernels.BY_ITEM);
    for (Kernels kernels : all) {
      try (Engine engine = HostEngine.load(file, kernels)) {
        float[][] logits = engine.logits(tokens, path, rows);
        for (int row = 0; row < rows.length; row++) {
          assertThat(largestError(logits[row], expected[row]))
              .as("%s, row %d", kernels, rows[row])
              .isLessThan(tolerance(micro.matrices()));
        }
      }
    }
  }

  private static double tolerance(TensorType type) {
    return type.blockSize() == 256 ? ROUNDED_TOLERANCE : TOLERANCE;
  }

  private static double largestError(float[] actual, float[] expected) {
    return IntStream.range(0, expected.length)
        .mapToDouble(i -> Math.abs(actual[i] - expected[i]))
        .max()
        .orElseThrow();
  }

  /** Promise 1: a row's logits are the same bits whatever ran beside it. */
  @ParameterizedTest
  @EnumSource(Kernels.class)
  void passesOfUpToSixteenRowsGiveTheSameBits(Kernels kernels) {
    int[] tokens = new Random(8).ints(17, 0, BASE.vocabulary()).toArray();
    try (Engine engine = load(TensorType.Q4_1, kernels)) {
      float[][] expected = inChunks(engine, tokens, 1);
      for (int chunk : new int[] {2, 5, 8, 16}) {
        assertThat(inChunks(engine, tokens, chunk)).as("chunks of %d", chunk).isEqualTo(expected);
      }
    }
  }

  @Test
  void fragmentsOfHalvesGiveTheSameBits() {
    int[] tokens = new Random(8).ints(17, 0, BASE.vocabulary()).toArray();
    float[][] alone;
    try (Engine engine = load(TensorType.F16, Kernels.BY_FRAGMENTS)) {
      alone = inChunks(engine, tokens, 1);
      for (int chunk : new int[] {8, 16}) {
        assertThat(inChunks(engine, tokens, chunk)).as("chunks of %d", chunk).isEqualTo(alone);
      }
    }
    try (Engine engine = load(TensorType.F16, Kernels.BY_ITEM)) {
      float[][] others = inChunks(engine, tokens, 1);
      assertThat(alone).as("sums in the order of fragments").isNotEqualTo(others);
      for (int i = 0; i < tokens.length; i++) {
        assertThat(largestError(alone[i], others[i])).isLessThan(ORDER_TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BY_ITEM", "BY_SHAPE"})
  void aPromptOfSixtyFourRowsGivesTheSameLogits(Kernels kernels) {
    int[] tokens = new Random(9).ints(64, 0, BASE.vocabulary()).toArray();
    try (Engine engine = load(TensorType.Q8_0, kernels);
        PassRunner runner = engine.openRunner()) {
      assertThat(runner.maxRows()).isEqualTo(64);
      float[][] expected = inChunks(engine, tokens, 16);
      float[][] logits = read(runner.run(new Pass(tokens, 0, FULL, new int[] {0, 17, 63})));
      int[] rows = {0, 17, 63};
      for (int i = 0; i < rows.length; i++) {
        assertThat(largestError(logits[i], expected[rows[i]])).isLessThan(ORDER_TOLERANCE);
      }
      assertThat(logits[2]).isNotEqualTo(logits[1]);
    }
  }

  @Test
  void logitRowsOfAPassCanBeAnyOfIt() {
    int[] tokens = new Random(8).ints(20, 0, BASE.vocabulary()).toArray();
    int[] rows = IntStream.range(2, 18).toArray();
    try (Engine engine = load(TensorType.F16, Kernels.BY_ITEM);
        PassRunner runner = engine.openRunner()) {
      float[][] expected = inChunks(engine, tokens, 1);
      Logits logits = runner.run(new Pass(tokens, 0, FULL, rows));
      assertThat(read(logits)).isEqualTo(Arrays.copyOfRange(expected, 2, 18));
      for (int i = 0; i < rows.length; i++) {
        int best = best(expected[rows[i]]);
        assertThat(logits.argmax(i)).isEqualTo(best);
        assertThat(logits.topProbability(i))
            .isCloseTo(probability(expected[rows[i]], best), within(1e-5f));
      }
    }
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private static float probability(float[] logits, int token) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp((double) logit - logits[token]);
    }
    return (float) (1 / sum);
  }

  @ParameterizedTest
  @EnumSource(names = {"BY_ITEM", "BY_SHAPE"})
  void staleDraftRowsLeaveNoTrace(Kernels kernels) {
    int[] tokens = new Random(8).ints(15, 0, BASE.vocabulary()).toArray();
    LayerPath draft = path(new int[] {0, 1}, new int[] {0});
    try (Engine engine = load(TensorType.F16, kernels);
        PassRunner runner = engine.openRunner()) {
      float[][] expected = inChunks(engine, tokens, 1);
      for (int start = 0; start < tokens.length; start += 3) {
        // Other tokens over another path, and more of them than are written again at once.
        int[] stale = IntStream.range(0, 7).map(t -> t * 31 % BASE.vocabulary()).toArray();
        runner.run(Pass.withoutLogits(stale, start, draft));
        runner.cache().truncate(start);
        int[] part = Arrays.copyOfRange(tokens, start, start + 3);
        float[][] logits = read(runner.run(new Pass(part, start, FULL, new int[] {0, 1, 2})));
        assertThat(logits).isEqualTo(Arrays.copyOfRange(expected, start, start + 3));
        assertThat(runner.cache().length()).isEqualTo(start + 3);
      }
    }
  }

  @Test
  void sessionsThatAreOpenAtOnceDoNotDisturbEachOther() {
    int[] tokens = new Random(8).ints(12, 0, BASE.vocabulary()).toArray();
    int[] others = new Random(9).ints(12, 0, BASE.vocabulary()).toArray();
    try (Engine engine = load(TensorType.F16, Kernels.BY_ITEM);
        PassRunner first = engine.openRunner();
        PassRunner second = engine.openRunner()) {
      float[][] expected = inChunks(engine, tokens, 1);
      float[][] expectedOthers = inChunks(engine, others, 1);
      for (int i = 0; i < tokens.length; i++) {
        assertThat(step(first, tokens, i)).isEqualTo(expected[i]);
        assertThat(step(second, others, i)).isEqualTo(expectedOthers[i]);
      }
    }
  }

  private static float[] step(PassRunner runner, int[] tokens, int position) {
    int[] token = {tokens[position]};
    return read(runner.run(new Pass(token, position, FULL, new int[] {0})))[0];
  }

  private Engine load(TensorType type, Kernels kernels) {
    return HostEngine.load(BASE.withMatrices(type).write(folder.resolve("micro.gguf")), kernels);
  }

  private static float[][] inChunks(Engine engine, int[] tokens, int size) {
    float[][] logits = new float[tokens.length][];
    try (PassRunner runner = engine.openRunner()) {
      for (int start = 0; start < tokens.length; start += size) {
        int[] chunk = Arrays.copyOfRange(tokens, start, Math.min(tokens.length, start + size));
        int[] rows = IntStream.range(0, chunk.length).toArray();
        float[][] read = read(runner.run(new Pass(chunk, start, FULL, rows)));
        System.arraycopy(read, 0, logits, start, chunk.length);
      }
    }
    return logits;
  }

  private static float[][] read(Logits logits) {
    float[][] rows = new float[logits.rows()][logits.vocabulary()];
    for (int i = 0; i < rows.length; i++) {
      logits.read(i, rows[i]);
    }
    return rows;
  }
}
