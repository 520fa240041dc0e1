package dev.skipstone.runtime.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pass is refused for, and that a refused pass changes nothing. */
class CpuRunnerTest {
  private static final LayerPath FULL = LayerPath.full(1);
  private static final int[] NONE = {};

  @TempDir static Path folder;
  private static Engine engine;
  private PassRunner runner;

  @BeforeAll
  static void load() {
    MicroModel micro = MicroModel.defaults().withLayers(1).withContext(80);
    engine =
        Engine.load(
            micro.write(folder.resolve("micro.gguf")), EngineOptions.defaults().withThreads(1));
  }

  @AfterAll
  static void unload() {
    engine.close();
  }

  @BeforeEach
  void open() {
    runner = engine.openRunner();
    runner.run(Pass.withoutLogits(new int[] {1, 2, 3}, 0, FULL));
  }

  @AfterEach
  void close() {
    assertThat(runner.cache().length()).isEqualTo(3);
    runner.close();
  }

  @Test
  void aGapBehindTheCache() {
    refused(new Pass(new int[] {1}, 4, FULL, NONE), "position 4 leaves a gap behind the cache's 3");
    refused(new Pass(new int[] {1}, -1, FULL, NONE), "position -1");
  }

  @Test
  void noRowsOrTooMany() {
    refused(new Pass(NONE, 3, FULL, NONE), "a pass of 0 rows");
    refused(new Pass(new int[runner.maxRows() + 1], 0, FULL, NONE), "a pass of 65 rows");
    int many = runner.maxLogitRows() + 1;
    refused(
        new Pass(new int[many], 3, FULL, IntStream.range(0, many).toArray()),
        "17 rows of logits; most are 64 and 16");
  }

  @Test
  void moreThanTheContext() {
    runner.run(Pass.withoutLogits(new int[64], 3, FULL));
    assertThatThrownBy(() -> runner.run(new Pass(new int[14], 67, FULL, NONE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a pass of 14 rows at position 67 passes the context of 80");
    runner.cache().truncate(3);
  }

  @Test
  void tokensOutOfTheVocabulary() {
    refused(new Pass(new int[] {0, 288}, 3, FULL, NONE), "token 288 is not in the vocabulary");
    refused(new Pass(new int[] {-1}, 3, FULL, NONE), "token -1");
  }

  @Test
  void logitsOfRowsThatAreNotThere() {
    refused(new Pass(new int[] {1}, 3, FULL, new int[] {1}), "row 1 were asked for");
    refused(new Pass(new int[] {1}, 3, FULL, new int[] {-1}), "row -1 were asked for");
  }

  @Test
  void aPathOfAnotherModel() {
    refused(
        new Pass(new int[] {1}, 3, LayerPath.full(2), NONE), "a path through 2 layers for a model");
  }

  @Test
  void aPassWithoutLogitsGivesNone() {
    assertThat(runner.run(Pass.withoutLogits(new int[] {5}, 2, FULL)).rows()).isZero();
  }

  private void refused(Pass pass, String message) {
    assertThatThrownBy(() -> runner.run(pass))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
