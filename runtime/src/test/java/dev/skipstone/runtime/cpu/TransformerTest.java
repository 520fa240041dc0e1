package dev.skipstone.runtime.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.TensorType;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.testing.ReferenceTransformer;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole passes against {@link ReferenceTransformer}; logits have a deviation of about 2.5. */
class TransformerTest {
  private static final MicroModel BASE = MicroModel.defaults().withLayers(2).withContext(64);

  /** Float32 sums; a key or value that rounds to the neighbouring float16 makes up most of it. */
  private static final double TOLERANCE = 5e-3;

  @TempDir Path folder;

  static Stream<Arguments> models() {
    LayerPath full = LayerPath.full(2);
    return Stream.of(
        Arguments.of(BASE.withMatrices(TensorType.F32), full),
        Arguments.of(BASE.withMatrices(TensorType.F16).withTiedOutput(false), full),
        Arguments.of(BASE.withMatrices(TensorType.BF16), full),
        Arguments.of(BASE.withMatrices(TensorType.Q8_0).withTiedOutput(false), full),
        Arguments.of(BASE.withMatrices(TensorType.Q4_0), full),
        Arguments.of(BASE.withMatrices(TensorType.Q4_1).withTiedOutput(false), full),
        Arguments.of(BASE.withMatrices(TensorType.Q5_1), full),
        Arguments.of(BASE.withMatrices(TensorType.IQ4_NL), full),
        // One key-value head for all, one for each, heads wider than the model, odd sizes.
        Arguments.of(BASE.withHeads(4, 1, 16), full),
        Arguments.of(BASE.withHeads(3, 3, 32).withSizes(48, 72), full),
        Arguments.of(BASE.withHeads(2, 1, 48).withSizes(37, 41).withVocabulary(263), full),
        Arguments.of(BASE, LayerPath.skipping(2, new int[] {1}, new int[0])),
        Arguments.of(BASE, LayerPath.skipping(2, new int[0], new int[] {0})),
        Arguments.of(BASE, LayerPath.skipping(2, new int[] {0}, new int[] {1})),
        Arguments.of(BASE, LayerPath.skipping(2, new int[] {0, 1}, new int[] {0, 1})));
  }

  @ParameterizedTest
  @MethodSource("models")
  void logitsAreCloseToTheReference(MicroModel micro, LayerPath path) {
    int[] tokens = new Random(4).ints(37, 0, micro.vocabulary()).toArray();
    Path file = micro.write(folder.resolve("micro.gguf"));
    try (Engine engine = Engine.load(file, EngineOptions.defaults().withThreads(2))) {
      int[] rows = IntStream.range(0, tokens.length).toArray();
      float[][] logits = engine.logits(tokens, path, rows);
      double[][] exact = new ReferenceTransformer(engine.model()).logits(tokens, path);
      for (int row : rows) {
        double worst = 0;
        for (int i = 0; i < micro.vocabulary(); i++) {
          worst = Math.max(worst, Math.abs(logits[row][i] - exact[row][i]));
        }
        assertThat(worst).as("error in row %d", row).isLessThan(TOLERANCE);
      }
    }
  }

  /** Also where tiles round scales: the output's quality is that of float arithmetic. */
  @ParameterizedTest
  @EnumSource(TensorType.class)
  void likelihoodIsThatOfExactArithmetic(TensorType type) {
    MicroModel micro = BASE.withMatrices(type).withSeed(6);
    int[] tokens = new Random(5).ints(24, 0, micro.vocabulary()).toArray();
    Path file = micro.write(folder.resolve("micro.gguf"));
    try (Engine engine = Engine.load(file, EngineOptions.defaults().withThreads(1))) {
      LayerPath full = LayerPath.full(2);
      int[] rows = IntStream.range(0, tokens.length - 1).toArray();
      float[][] logits = engine.logits(tokens, full, rows);
      double[][] exact = new ReferenceTransformer(engine.model()).logits(tokens, full);
      double sum = 0;
      double exactSum = 0;
      for (int row : rows) {
        double[] doubles =
            IntStream.range(0, logits[row].length).mapToDouble(i -> logits[row][i]).toArray();
        sum += negativeLogLikelihood(doubles, tokens[row + 1]);
        exactSum += negativeLogLikelihood(exact[row], tokens[row + 1]);
      }
      assertThat(sum).isBetween(0.995 * exactSum, 1.005 * exactSum);
    }
  }

  private static double negativeLogLikelihood(double[] logits, int token) {
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - logits[token]);
    }
    return Math.log(sum);
  }
}
