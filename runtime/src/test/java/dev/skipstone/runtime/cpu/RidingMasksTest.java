package dev.skipstone.runtime.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Masks that ride in a pass: they change nothing in it, and guess as in a pass of their own. */
class RidingMasksTest {
  private static final LayerPath FULL = LayerPath.full(4);
  private static final int CONTEXT = 192;
  private static final int[] TOKENS =
      new Random(3).ints(CONTEXT, 0, MicroModel.defaults().vocabulary()).toArray();

  @TempDir Path folder;

  /** Starts before and behind the end of a block of keys, and of a chunk of positions. */
  @ParameterizedTest
  @CsvSource({"F16,1,20", "F32,2,31", "Q4_1,3,127", "Q8_0,2,124", "Q4_K,1,130", "Q5_0,3,5"})
  void guessAsInAPassOfTheirOwn(TensorType type, int threads, int start) {
    MicroModel micro = MicroModel.defaults().withContext(CONTEXT).withMatrices(type);
    RandomAdapter random = RandomAdapter.of(3).withSkipped(new int[] {0, 2}, new int[] {1});
    try (Engine engine = load(micro, random, threads);
        PassRunner runner = engine.openRunner()) {
      int[] tokens = Arrays.copyOfRange(TOKENS, start, start + 3);
      int[] riding = {2, 0, 3};
      int[] rows = {0, 1, 2};
      fill(runner, start);
      float[][] own = read(runner.run(new Pass(tokens, start, FULL, rows)), 3);
      runner.cache().truncate(start);
      float[][] all = read(runner.run(new Pass(tokens, start, FULL, rows, false, riding)), 8);
      assertThat(Arrays.copyOf(all, 3)).isEqualTo(own);
      assertThat(runner.cache().length()).isEqualTo(start + 3);
      // The next pass finds the keys and values of the pass' own rows only.
      int[] next = {TOKENS[start + 3]};
      int[] one = {0};
      float[][] behind = read(runner.run(new Pass(next, start + 3, FULL, one)), 1);
      runner.cache().truncate(start);
      runner.run(Pass.withoutLogits(tokens, start, FULL));
      assertThat(read(runner.run(new Pass(next, start + 3, FULL, one)), 1)).isEqualTo(behind);
      int end = all.length;
      for (int row = 2; row >= 0; row--) {
        runner.cache().truncate(start + row + 1);
        end -= riding[row];
        float[][] expected = alone(runner, riding[row]);
        for (int i = 0; i < expected.length; i++) {
          // In the cache they are elsewhere, so that sums are in another order.
          assertThat(all[end + i])
              .as("mask %d behind row %d", i + 1, row)
              .containsExactly(expected[i], within(1e-4f));
        }
      }
    }
  }

  /** Masks at the cache's end, in an adapted pass. */
  private static float[][] alone(PassRunner runner, int masks) {
    if (masks == 0) {
      return new float[0][];
    }
    int[] slots = IntStream.rangeClosed(1, masks).map(Pass::mask).toArray();
    int[] rows = IntStream.range(0, masks).toArray();
    LayerPath path = runner.adapter().orElseThrow().path();
    int start = runner.cache().length();
    float[][] logits = read(runner.run(new Pass(slots, start, path, rows, true)), masks);
    runner.cache().truncate(start);
    return logits;
  }

  @Test
  void areRefusedWhereTheyCannotBe() {
    MicroModel micro = MicroModel.defaults().withContext(32);
    try (Engine engine = load(micro, RandomAdapter.of(3), 1);
        PassRunner runner = engine.openRunner()) {
      assertThat(runner.takesRidingMasks()).isTrue();
      fill(runner, 28);
      refused(runner, 28, new int[] {4}, "4 masks are to ride behind a row; most are 3");
      refused(runner, 28, new int[] {-1}, "-1 masks");
      refused(runner, 28, new int[] {1, 1}, "behind 2 rows");
      refused(runner, 30, new int[] {2}, "passes the context of 32");
    }
    Path file = micro.write(folder.resolve("plain.gguf"));
    try (Engine engine = Engine.load(file, EngineOptions.defaults().withThreads(1));
        PassRunner runner = engine.openRunner()) {
      assertThat(runner.takesRidingMasks()).isFalse();
      refused(runner, 0, new int[] {1}, "most are 0");
    }
  }

  private static void refused(PassRunner runner, int start, int[] riding, String reason) {
    if (runner.cache().length() < start) {
      fill(runner, start);
    }
    int length = runner.cache().length();
    Pass pass = new Pass(new int[] {1}, start, FULL, new int[] {0}, false, riding);
    assertThatThrownBy(() -> runner.run(pass))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
    assertThat(runner.cache().length()).isEqualTo(length);
  }

  private static void fill(PassRunner runner, int end) {
    for (int from = runner.cache().length(); from < end; from += 50) {
      int[] part = Arrays.copyOfRange(TOKENS, from, Math.min(end, from + 50));
      runner.run(Pass.withoutLogits(part, from, FULL));
    }
  }

  private Engine load(MicroModel micro, RandomAdapter random, int threads) {
    Path file = micro.write(folder.resolve("micro.gguf"));
    Path adapter = random.write(file, folder.resolve("micro.s3d.safetensors"));
    try (DraftAdapter opened = DraftAdapter.open(adapter)) {
      return Engine.load(file, EngineOptions.defaults().withThreads(threads).withAdapter(opened));
    }
  }

  private static float[][] read(Logits logits, int rows) {
    assertThat(logits.rows()).isEqualTo(rows);
    float[][] values = new float[rows][logits.vocabulary()];
    for (int i = 0; i < rows; i++) {
      logits.read(i, values[i]);
    }
    return values;
  }
}
