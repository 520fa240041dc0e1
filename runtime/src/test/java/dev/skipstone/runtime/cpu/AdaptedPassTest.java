package dev.skipstone.runtime.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.skipstone.model.TensorType;
import dev.skipstone.model.safetensors.SafetensorsFile;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.adapter.DraftAdapter;
import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.runtime.testing.RandomAdapter;
import dev.skipstone.runtime.testing.ReferenceTransformer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapted passes against {@link ReferenceTransformer}, and against themselves. */
class AdaptedPassTest {
  private static final MicroModel BASE = MicroModel.defaults().withContext(64);
  private static final LayerPath FULL = LayerPath.full(4);
  private static final double TOLERANCE = 5e-3;

  /** Past a block of keys and a step of values, and not a multiple of either. */
  private static final int[] TOKENS =
      new Random(8).ints(27, 0, MicroModel.defaults().vocabulary()).toArray();

  @TempDir Path folder;

  static Stream<Arguments> cases() {
    MicroModel odd =
        BASE.withHeads(2, 1, 48).withSizes(37, 41).withVocabulary(263).withMatrices(TensorType.F32);
    return Stream.of(
        Arguments.of(BASE, RandomAdapter.of(3)),
        // More rows than each worker norms for itself.
        Arguments.of(BASE.withMatrices(TensorType.Q4_1), RandomAdapter.of(8)),
        Arguments.of(BASE.withMatrices(TensorType.BF16), RandomAdapter.of(0)),
        Arguments.of(
            BASE.withMatrices(TensorType.Q8_0).withTiedOutput(false),
            RandomAdapter.of(3).withType(TensorType.F32)),
        // The vocabulary's last block has 7 tokens, and tiles are filled up everywhere.
        Arguments.of(odd, RandomAdapter.of(3).withVocabulary("32-63,256-262")),
        Arguments.of(
            BASE,
            RandomAdapter.of(3)
                .withSkipped(new int[] {0, 1, 2, 3}, new int[] {0, 1})
                .withVocabulary("0-287")));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logitsAreCloseToTheReference(MicroModel micro, RandomAdapter random) {
    Path file = micro.write(folder.resolve("micro.gguf"));
    Path adapter = random.write(file, folder.resolve("micro.s3d.safetensors"));
    try (Engine engine = load(file, adapter, 2);
        SafetensorsFile tensors = SafetensorsFile.open(adapter)) {
      float[][] logits = draft(engine, random.masks());
      LayerPath path = LayerPath.skipping(4, random.skippedAttention(), random.skippedMlp());
      int last = TOKENS[26] % micro.vocabulary();
      double[][] exact =
          new ReferenceTransformer(engine.model())
              .draftLogits(prompt(engine), last, random.masks(), tensors, path);
      for (int row = 0; row < exact.length; row++) {
        int scored = 0;
        for (int i = 0; i < micro.vocabulary(); i++) {
          if (logits[row][i] != Float.NEGATIVE_INFINITY) {
            assertThat((double) logits[row][i])
                .as("row %d, token %d", row, i)
                .isCloseTo(exact[row][i], offset(TOLERANCE));
            scored++;
          }
        }
        assertThat(scored).isEqualTo(tokens(random.vocabulary()));
      }
    }
  }

  /** How many tokens the ranges hold. */
  private static int tokens(String ranges) {
    return Stream.of(ranges.split(","))
        .map(range -> range.split("-"))
        .mapToInt(ends -> Integer.parseInt(ends[1]) - Integer.parseInt(ends[0]) + 1)
        .sum();
  }

  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F16", "F32", "Q4_1"})
  void rowsAndThreadsChangeNoBit(TensorType type) {
    Path file = BASE.withMatrices(type).write(folder.resolve("micro.gguf"));
    Path adapter = RandomAdapter.of(8).write(file, folder.resolve("micro.s3d.safetensors"));
    float[][] expected = null;
    for (int threads = 1; threads <= 3; threads++) {
      try (Engine engine = load(file, adapter, threads)) {
        for (int masks = 8; masks >= 0; masks -= threads) {
          float[][] logits = draft(engine, masks);
          expected = expected == null ? logits : expected;
          assertThat(logits)
              .as("%d threads, %d masks", threads, masks)
              .isEqualTo(Arrays.copyOf(expected, masks + 1));
        }
      }
    }
  }

  /** Promise 2: what is attached acts on adapted passes only. */
  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F16", "Q8_0", "Q4_1"})
  void theTargetStaysWhatItWas(TensorType type) {
    Path file = BASE.withMatrices(type).write(folder.resolve("micro.gguf"));
    Path adapter = RandomAdapter.of(3).write(file, folder.resolve("micro.s3d.safetensors"));
    int[] rows = IntStream.range(0, TOKENS.length).toArray();
    float[][] expected;
    try (Engine engine = Engine.load(file, EngineOptions.defaults().withThreads(2))) {
      expected = engine.logits(TOKENS, FULL, rows);
    }
    try (Engine engine = load(file, adapter, 2);
        PassRunner runner = engine.openRunner()) {
      assertThat(engine.logits(TOKENS, FULL, rows)).isEqualTo(expected);
      // After a draft, over the keys and values that it left.
      runner.run(Pass.withoutLogits(Arrays.copyOf(TOKENS, 20), 0, FULL));
      runner.run(draftPass(runner, TOKENS[20], 3));
      int[] tail = Arrays.copyOfRange(TOKENS, 20, TOKENS.length);
      Logits logits = runner.run(new Pass(tail, 20, FULL, new int[] {0, 6}));
      assertThat(read(logits)).isEqualTo(new float[][] {expected[20], expected[26]});
    }
  }

  @Test
  void bestTokensAndTheirProbabilitiesAreOfTheDraftVocabulary() {
    Path file = BASE.write(folder.resolve("micro.gguf"));
    Path adapter = RandomAdapter.of(3).write(file, folder.resolve("micro.s3d.safetensors"));
    try (Engine engine = load(file, adapter, 1);
        PassRunner runner = engine.openRunner()) {
      runner.run(Pass.withoutLogits(prompt(engine), 0, FULL));
      Logits logits = runner.run(draftPass(runner, TOKENS[26], 3));
      float[][] values = read(logits);
      for (int row = 0; row < 4; row++) {
        int best = 0;
        for (int i = 0; i < values[row].length; i++) {
          best = values[row][i] > values[row][best] ? i : best;
        }
        assertThat(logits.argmax(row)).isEqualTo(best);
        double sum = 0;
        for (float value : values[row]) {
          sum += Math.exp(value - values[row][best]);
        }
        assertThat((double) logits.topProbability(row)).isCloseTo(1 / sum, offset(1e-5));
      }
      // And of all tokens again after a full pass.
      Logits full = runner.run(new Pass(new int[] {5}, 26, FULL, new int[] {0}));
      assertThat(read(full)[0]).doesNotContain(Float.NEGATIVE_INFINITY);
    }
  }

  @Test
  void refusesAnAdaptedPassThatIsNotTheAdapters() {
    Path file = BASE.write(folder.resolve("micro.gguf"));
    Path adapter = RandomAdapter.of(3).write(file, folder.resolve("micro.s3d.safetensors"));
    try (Engine engine = load(file, adapter, 1);
        PassRunner runner = engine.openRunner()) {
      AdapterWeights weights = runner.adapter().orElseThrow();
      assertThat(weights.maskCount()).isEqualTo(3);
      int[] row = {0};
      refused(runner, new Pass(new int[] {Pass.mask(1)}, 0, FULL, row), "token -1 is not");
      refused(runner, new Pass(new int[] {1}, 0, FULL, row, true), "the adapter's path");
      int[] beyond = {Pass.mask(4)};
      refused(runner, new Pass(beyond, 0, weights.path(), row, true), "token -4 is not");
    }
    try (Engine engine = Engine.load(file);
        PassRunner runner = engine.openRunner()) {
      assertThat(runner.adapter()).isEmpty();
      Pass adapted = new Pass(new int[] {1}, 0, FULL, new int[] {0}, true);
      refused(runner, adapted, "the model has no draft adapter");
    }
  }

  private static void refused(PassRunner runner, Pass pass, String message) {
    assertThatThrownBy(() -> runner.run(pass))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static Engine load(Path file, Path adapter, int threads) {
    try (DraftAdapter trained = DraftAdapter.open(adapter)) {
      return Engine.load(file, EngineOptions.defaults().withThreads(threads).withAdapter(trained));
    }
  }

  private static int[] prompt(Engine engine) {
    int vocabulary = engine.model().hyperParameters().vocabulary();
    return Arrays.stream(TOKENS, 0, 26).map(token -> token % vocabulary).toArray();
  }

  /** Logits of a draft behind all tokens but the last. */
  private static float[][] draft(Engine engine, int masks) {
    try (PassRunner runner = engine.openRunner()) {
      runner.run(Pass.withoutLogits(prompt(engine), 0, FULL));
      int last = TOKENS[26] % engine.model().hyperParameters().vocabulary();
      return read(runner.run(draftPass(runner, last, masks)));
    }
  }

  private static Pass draftPass(PassRunner runner, int last, int masks) {
    int[] rows = IntStream.rangeClosed(0, masks).toArray();
    int[] tokens = IntStream.of(rows).map(i -> i == 0 ? last : Pass.mask(i)).toArray();
    int start = runner.cache().length();
    return new Pass(tokens, start, runner.adapter().orElseThrow().path(), rows, true);
  }

  private static float[][] read(Logits logits) {
    float[][] rows = new float[logits.rows()][logits.vocabulary()];
    for (int i = 0; i < rows.length; i++) {
      logits.read(i, rows[i]);
    }
    return rows;
  }
}
