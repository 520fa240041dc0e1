package dev.skipstone.runtime.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.TensorType;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Promise 1: a row's logits are the same bits whatever ran beside it, before it or with it. */
class BatchInvarianceTest {
  private static final MicroModel MICRO = MicroModel.defaults().withLayers(2).withContext(64);
  private static final LayerPath FULL = LayerPath.full(2);

  /** Past a block of keys and a step of values, and not a multiple of either. */
  private static final int[] TOKENS =
      new Random(8).ints(27, 0, MicroModel.defaults().vocabulary()).toArray();

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void chunksAndThreadsChangeNoBit(TensorType type) {
    Path file = MICRO.withMatrices(type).write(folder.resolve("micro.gguf"));
    float[][] expected = null;
    for (int threads = 1; threads <= 3; threads++) {
      try (Engine engine = load(file, threads)) {
        // Most rows of logits that a pass gives are the most rows here.
        for (int chunk : threads == 1 ? new int[] {1, 2, 3, 5, 16} : new int[] {1, 5}) {
          float[][] logits = inChunks(engine, chunk);
          expected = expected == null ? logits : expected;
          assertSameBits(logits, expected, threads + " threads, chunks of " + chunk);
        }
      }
    }
  }

  @Test
  void aPromptInOneChunkGivesTheSameBits() {
    try (Engine engine = load(MICRO.write(folder.resolve("micro.gguf")), 2)) {
      float[][] expected = inChunks(engine, 1);
      try (PassRunner runner = engine.openRunner()) {
        int last = TOKENS.length - 1;
        Logits logits = runner.run(new Pass(TOKENS, 0, FULL, new int[] {0, last}));
        assertSameBits(
            read(logits), new float[][] {expected[0], expected[last]}, "all rows at once");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F16", "Q8_0", "Q4_1"})
  void staleDraftRowsLeaveNoTrace(TensorType type) {
    Path file = MICRO.withMatrices(type).write(folder.resolve("micro.gguf"));
    LayerPath draft = LayerPath.skipping(2, new int[] {1}, new int[] {0});
    try (Engine engine = load(file, 2);
        PassRunner runner = engine.openRunner()) {
      float[][] expected = inChunks(engine, 1);
      float[][] logits = new float[TOKENS.length][];
      for (int i = 0; i < TOKENS.length; i += 3) {
        // Other tokens over another path, and more of them than are written again at once.
        int[] stale = IntStream.range(0, 7).map(t -> t * 31 % MICRO.vocabulary()).toArray();
        runner.run(Pass.withoutLogits(stale, i, draft));
        runner.cache().truncate(i);
        int[] part = Arrays.copyOfRange(TOKENS, i, Math.min(TOKENS.length, i + 3));
        Logits some =
            runner.run(new Pass(part, i, FULL, IntStream.range(0, part.length).toArray()));
        System.arraycopy(read(some), 0, logits, i, part.length);
        assertThat(runner.cache().length()).isEqualTo(i + part.length);
      }
      assertSameBits(logits, expected, "over stale rows");
      // Again from the middle, without a truncation first.
      int[] tail = Arrays.copyOfRange(TOKENS, 20, TOKENS.length);
      Logits again = runner.run(new Pass(tail, 20, FULL, new int[] {tail.length - 1}));
      assertSameBits(read(again), new float[][] {expected[TOKENS.length - 1]}, "run again");
    }
  }

  @Test
  void rowsOfEngineLogitsComeInTheOrderAskedFor() {
    try (Engine engine = load(MICRO.write(folder.resolve("micro.gguf")), 1)) {
      float[][] expected = inChunks(engine, 1);
      float[][] logits = engine.logits(TOKENS, FULL, 20, 3, 3, 26);
      assertSameBits(
          logits,
          new float[][] {expected[20], expected[3], expected[3], expected[26]},
          "rows of several chunks");
    }
  }

  private static Engine load(Path file, int threads) {
    return Engine.load(file, EngineOptions.defaults().withThreads(threads));
  }

  private static float[][] inChunks(Engine engine, int size) {
    float[][] logits = new float[TOKENS.length][];
    try (PassRunner runner = engine.openRunner()) {
      for (int start = 0; start < TOKENS.length; start += size) {
        int[] chunk = Arrays.copyOfRange(TOKENS, start, Math.min(TOKENS.length, start + size));
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

  private static void assertSameBits(float[][] actual, float[][] expected, String how) {
    for (int row = 0; row < expected.length; row++) {
      for (int i = 0; i < expected[row].length; i++) {
        if (Float.floatToRawIntBits(actual[row][i]) != Float.floatToRawIntBits(expected[row][i])) {
          assertThat(actual[row][i])
              .as("%s: row %d, token %d", how, row, i)
              .isEqualTo(expected[row][i]);
        }
      }
    }
    assertThat(actual.length).isEqualTo(expected.length);
  }
}
