package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.testing.FamilyCheckpoint;
import dev.skipstone.runtime.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  /** What the checks above would not see if it were not read, they would not check. */
  @ParameterizedTest(name = "{0}: {1} = {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "granite | embedding_multiplier | 5",
        "granite | attention_multiplier | 0.4",
        "granite | residual_multiplier | 0.4",
        "granite | logits_scaling | 2.6",
        "granite4 | position_embedding_type | nope",
        "granite4-nope | position_embedding_type | rope",
        "gemma | hidden_act | silu",
        "gemma2 | sliding_window | 10",
        "gemma2 | query_pre_attn_scalar | 20",
        "gemma2 | attn_logit_softcapping | null",
        "gemma2 | final_logit_softcapping | null",
        "gemma3-scaled | rope_parameters/sliding_attention/rope_theta | 10000",
        "gemma3-scaled | rope_parameters/full_attention/factor | 2",
        "gemma3-scaled | sliding_window | 20",
        "phi3-long | original_max_position_embeddings | 100",
        "phi3-short | original_max_position_embeddings | 32",
        "phi3-short | sliding_window | null",
        "smollm3 | no_rope_layers | [1, 1, 1, 1, 1]",
        "qwen2-window | use_sliding_window | false",
        "llama-linear | rope_parameters/factor | 2",
        "llama-yarn | rope_parameters/factor | 2",
        "llama-yarn | rope_parameters/attention_factor | 1",
        "olmo2 | rope_parameters/rope_theta | 10000",
      })
  void eachSettingCounts(String name, String key, String value) throws IOException {
    FamilyCheckpoint checkpoint = FamilyCheckpoint.read(name).with(key, value);
    try (Engine engine = FamilyCheck.load(checkpoint.write(folder), 2)) {
      assertThat(new FamilyCheck(checkpoint.json()).lastError(engine))
          .isGreaterThan(2 * FamilyCheck.SHARE);
    }
  }

  @Test
  void shardsAreOneModel() throws IOException {
    FamilyCheckpoint checkpoint = FamilyCheckpoint.read("olmo2");
    FamilyCheck check = new FamilyCheck(checkpoint.json());
    try (Engine whole = FamilyCheck.load(checkpoint.write(folder.resolve("whole")), 1);
        Engine shards = FamilyCheck.load(checkpoint.writeShards(folder.resolve("shards"), 3), 1)) {
      assertThat(check.logits(shards)).isDeepEqualTo(check.logits(whole));
      assertThat(shards.model().fingerprint()).isEqualTo(whole.model().fingerprint());
    }
  }
}
