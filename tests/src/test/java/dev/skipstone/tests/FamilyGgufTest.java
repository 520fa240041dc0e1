package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.testing.FamilyCheckpoint;
import dev.skipstone.runtime.Engine;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same weights as a checkpoint and as a GGUF file of llama.cpp's. */
final class FamilyGgufTest {
  /**
   * Of the largest logit, where rows are permuted: scores are summed in another order, and keys and
   * values of later layers round to another float16 now and then.
   */
  private static final float SHARE = 1e-4f;

  @TempDir Path folder;

  /** Settings that GGUF has no key for are those that llama.cpp knows by itself. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "granite |",
        "granite4 |",
        "olmo2 |",
        "gemma |",
        "gemma2 | query_pre_attn_scalar = 24",
        "gemma3-scaled | query_pre_attn_scalar = 16; rope_parameters/sliding_attention/rope_theta = 10000",
        "phi3-long |",
        "phi3-short |",
        "smollm3 |",
        "qwen2-window | use_sliding_window = false",
        "qwen3-odd |",
        "llama-linear |",
        "llama-yarn |",
        "llama3-odd |",
        "llama-biases |",
        "llama-odd |",
        "mistral-large |",
      })
  void bothGiveTheSameLogits(String name, String changes) throws IOException {
    FamilyCheckpoint checkpoint = FamilyCheckpoint.read(name);
    if (changes != null) {
      for (String change : changes.split(";", -1)) {
        String[] parts = change.split("=", 2);
        checkpoint = checkpoint.with(parts[0].strip(), parts[1].strip());
      }
    }
    FamilyCheck check = new FamilyCheck(checkpoint.json());
    Path gguf = LlamaCppFile.write(checkpoint, folder.resolve(name + ".gguf"));
    try (Engine ofCheckpoint = FamilyCheck.load(checkpoint.write(folder.resolve(name)), 2);
        Engine ofGguf = FamilyCheck.load(gguf, 2)) {
      float[][] expected = check.logits(ofCheckpoint);
      float[][] logits = check.logits(ofGguf);
      for (int row = 0; row < expected.length; row++) {
        if (LlamaCppFile.permutes(checkpoint)) {
          assertNear(logits[row], expected[row]);
        } else {
          assertThat(logits[row]).as("same bits").containsExactly(expected[row]);
        }
      }
    }
  }

  private static void assertNear(float[] logits, float[] expected) {
    float largest = 0;
    float error = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      error = Math.max(error, Math.abs(logits[i] - expected[i]));
    }
    assertThat(error / largest).isLessThan(SHARE);
  }
}
