package dev.skipstone.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.skipstone.model.TensorType;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.adapter.DraftAdapter;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.runtime.testing.RandomAdapter;
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

/** Adapted passes against the CPU backend, and against themselves. */
final class BackendAdapterTest {
  private static final int LAYERS = 4;
  private static final MicroModel BASE = HostEngine.micro(LAYERS).withContext(64);
  private static final LayerPath FULL = LayerPath.full(LAYERS);

  /** Logits have a deviation of about 2.5; the CPU rounds keys and values to float16. */
  private static final double TOLERANCE = 2e-2;

  private static final int[] TOKENS = new Random(8).ints(27, 0, BASE.vocabulary()).toArray();

  @TempDir Path folder;

  static Stream<Arguments> cases() {
    RandomAdapter usual = RandomAdapter.of(3).withVocabulary("0-31,64-95");
    MicroModel odd =
        BASE.withHeads(2, 1, 48).withSizes(37, 41).withVocabulary(101).withMatrices(TensorType.F32);
    MicroModel untied = BASE.withMatrices(TensorType.F16).withTiedOutput(false);
    RandomAdapter wide = RandomAdapter.of(14).withVocabulary("0-95").withType(TensorType.F32);
    List<Kernels> byItem = List.of(Kernels.BY_ITEM);
    return Stream.of(
        Arguments.of(BASE.withMatrices(TensorType.Q8_0), usual, List.of(Kernels.values())),
        Arguments.of(untied, usual, List.of(Kernels.BY_ITEM, Kernels.BY_SHAPE)),
        Arguments.of(
            BASE.withMatrices(TensorType.Q4_1), wide, List.of(Kernels.BY_ITEM, Kernels.BY_SHAPE)),
        // Without mask slots.
        Arguments.of(
            BASE.withMatrices(TensorType.BF16), RandomAdapter.of(0).withVocabulary("0-31"), byItem),
        // The vocabulary's last block has 5 tokens, and nothing is even.
        Arguments.of(odd, RandomAdapter.of(3).withVocabulary("32-63,96-100"), byItem),
        // Gaps before, between and behind; nothing is skipped; no attention; no MLP.
        Arguments.of(BASE, usual.withSkipped(new int[] {0, 2}, new int[] {0, 2}), byItem),
        Arguments.of(BASE, usual.withSkipped(new int[0], new int[0]), byItem),
        Arguments.of(BASE, usual.withSkipped(new int[] {0, 1, 2, 3}, new int[] {0, 1}), byItem),
        Arguments.of(BASE, usual.withSkipped(new int[] {1}, new int[] {0, 1, 2, 3}), byItem));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logitsAreCloseToTheCpus(MicroModel micro, RandomAdapter random, List<Kernels> all) {
    Path file = micro.write(folder.resolve("micro.gguf"));
    Path adapter = random.write(file, folder.resolve("micro.s3d.safetensors"));
    float[][] expected;
    try (Engine cpu = cpu(file, adapter)) {
      expected = draft(cpu, random.masks());
    }
    for (Kernels kernels : all) {
      try (Engine engine = load(file, adapter, kernels)) {
        float[][] logits = draft(engine, random.masks());
        for (int row = 0; row <= random.masks(); row++) {
          for (int i = 0; i < micro.vocabulary(); i++) {
            String where = "%s, row %d, token %d".formatted(kernels, row, i);
            if (expected[row][i] == Float.NEGATIVE_INFINITY) {
              assertThat(logits[row][i]).as(where).isEqualTo(Float.NEGATIVE_INFINITY);
            } else {
              assertThat((double) logits[row][i])
                  .as(where)
                  .isCloseTo(expected[row][i], offset(TOLERANCE));
            }
          }
        }
      }
    }
  }

  /** A row's logits are the same bits whatever masks are behind it. */
  @ParameterizedTest
  @EnumSource(Kernels.class)
  void rowsChangeNoBit(Kernels kernels) {
    RandomAdapter random = RandomAdapter.of(7).withVocabulary("0-95");
    try (Engine engine = load(BASE.withMatrices(TensorType.Q4_1), random, kernels)) {
      float[][] expected = draft(engine, 7);
      for (int masks : new int[] {0, 1, 4}) {
        assertThat(draft(engine, masks))
            .as("%d masks", masks)
            .isEqualTo(Arrays.copyOf(expected, masks + 1));
      }
    }
  }

  /** Promise 2: what is loaded acts on adapted passes only. */
  @ParameterizedTest
  @EnumSource(names = {"BY_ITEM", "BY_SHAPE"})
  void theTargetStaysWhatItWas(Kernels kernels) {
    MicroModel micro = BASE.withMatrices(TensorType.Q4_1);
    int[] rows = IntStream.range(0, TOKENS.length).toArray();
    float[][] expected;
    try (Engine engine = HostEngine.load(micro.write(folder.resolve("micro.gguf")), kernels)) {
      expected = engine.logits(TOKENS, FULL, rows);
    }
    try (Engine engine = load(micro, RandomAdapter.of(3).withVocabulary("0-31"), kernels);
        PassRunner runner = engine.openRunner()) {
      assertThat(engine.logits(TOKENS, FULL, rows)).isEqualTo(expected);
      // After a draft, over the keys and values that it left.
      runner.run(Pass.withoutLogits(Arrays.copyOf(TOKENS, 16), 0, FULL));
      runner.run(Pass.withoutLogits(Arrays.copyOfRange(TOKENS, 16, 20), 16, FULL));
      runner.run(draftPass(runner, TOKENS[20], 3));
      int[] tail = Arrays.copyOfRange(TOKENS, 20, TOKENS.length);
      Logits logits = runner.run(new Pass(tail, 20, FULL, new int[] {0, 6}));
      assertThat(read(logits)).isEqualTo(new float[][] {expected[20], expected[26]});
    }
  }

  @Test
  void bestTokensAndTheirProbabilitiesAreOfTheDraftVocabulary() {
    RandomAdapter random = RandomAdapter.of(3).withVocabulary("32-63");
    try (Engine engine = load(BASE, random, Kernels.BY_ITEM);
        PassRunner runner = engine.openRunner()) {
      runner.run(Pass.withoutLogits(prompt(engine), 0, FULL));
      Logits logits = runner.run(draftPass(runner, TOKENS[26], 3));
      float[][] values = read(logits);
      for (int row = 0; row < 4; row++) {
        int best = 32;
        for (int i = 33; i < 64; i++) {
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

  /** Both have graphs of their own, and the adapter's file is closed. */
  @Test
  void sessionsThatAreOpenAtOnceDraftTheSame() {
    RandomAdapter random = RandomAdapter.of(3).withVocabulary("0-95");
    try (Engine engine = load(BASE, random, Kernels.BY_ITEM);
        PassRunner first = engine.openRunner();
        PassRunner second = engine.openRunner()) {
      float[][] expected = draft(first, prompt(engine), 3);
      assertThat(draft(second, prompt(engine), 3)).isEqualTo(expected);
      first.cache().truncate(0);
      assertThat(draft(first, prompt(engine), 3)).isEqualTo(expected);
    }
  }

  @Test
  void anAdaptedPassOfTooManyRowsIsRefused() {
    RandomAdapter random = RandomAdapter.of(3).withVocabulary("0-31");
    try (Engine engine = load(BASE, random, Kernels.BY_ITEM);
        PassRunner runner = engine.openRunner()) {
      LayerPath path = runner.adapter().orElseThrow().path();
      Pass pass = new Pass(new int[17], 0, path, new int[] {16}, true);
      assertThatThrownBy(() -> runner.run(pass))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("an adapted pass of 17 rows; most on this backend are 16");
    }
  }

  private Engine load(MicroModel micro, RandomAdapter random, Kernels kernels) {
    Path file = micro.write(folder.resolve("micro.gguf"));
    return load(file, random.write(file, folder.resolve("micro.s3d.safetensors")), kernels);
  }

  private static Engine load(Path file, Path adapter, Kernels kernels) {
    try (DraftAdapter trained = DraftAdapter.open(adapter)) {
      return HostEngine.load(file, trained, kernels);
    }
  }

  private static Engine cpu(Path file, Path adapter) {
    try (DraftAdapter trained = DraftAdapter.open(adapter)) {
      return Engine.load(file, EngineOptions.defaults().withThreads(1).withAdapter(trained));
    }
  }

  private static int[] prompt(Engine engine) {
    int vocabulary = engine.model().hyperParameters().vocabulary();
    return Arrays.stream(TOKENS, 0, 26).map(token -> token % vocabulary).toArray();
  }

  /** Logits of a draft behind all tokens but the last. */
  private static float[][] draft(Engine engine, int masks) {
    try (PassRunner runner = engine.openRunner()) {
      return draft(runner, prompt(engine), masks);
    }
  }

  private static float[][] draft(PassRunner runner, int[] prompt, int masks) {
    runner.run(Pass.withoutLogits(prompt, 0, FULL));
    return read(runner.run(draftPass(runner, TOKENS[26], masks)));
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
