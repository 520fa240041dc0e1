package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.runtime.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Variations of the families, with weights that both sides compute, against Hugging Face
 * transformers: {@code families/make.py} made what is expected.
 */
final class FamilyVariationTest {
  @TempDir Path folder;

  static List<FamilyCheckpoint> checkpoints() throws IOException {
    return FamilyCheckpoint.all();
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void logitsAndGreedyTokens(FamilyCheckpoint checkpoint) throws IOException {
    FamilyCheck check = new FamilyCheck(checkpoint.json());
    try (Engine engine = FamilyCheck.load(checkpoint.write(folder), 2)) {
      check.assertLogits(engine);
      check.assertGreedy(engine);
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void draftingGivesTheTokensOfPlainDecoding(FamilyCheckpoint checkpoint) throws IOException {
    new FamilyCheck(checkpoint.json()).assertLossless(checkpoint.write(folder));
  }

  @Test
  void shardsAreOneModel() throws IOException {
    FamilyCheckpoint checkpoint = FamilyCheckpoint.read("olmo2");
    FamilyCheck check = new FamilyCheck(checkpoint.json());
    try (Engine whole = FamilyCheck.load(checkpoint.write(folder.resolve("whole")), 1);
        Engine shards =
            FamilyCheck.load(checkpoint.writeShards(folder.resolve("shards"), 3), 1)) {
      assertThat(check.logits(shards)).isDeepEqualTo(check.logits(whole));
      assertThat(shards.model().fingerprint()).isEqualTo(whole.model().fingerprint());
    }
  }
}
