package dev.skipstone.model.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.convert.GgufConversion;
import dev.skipstone.model.convert.MatrixType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders broken at random: refused in a line, or converted to what is read back the same. */
final class ConversionFuzzTest {
  private static final long MOST_BYTES = 16L << 20;
  private static final int MUTATIONS = 2500;

  /** Writing waits for the disk. */
  private static final int WRITTEN_EVERY = 25;

  private static final String[] TOKENIZER_SETTINGS = {
    "{\"bos_token\": \"a\", \"eos_token\": \"b\", \"add_bos_token\": true}",
    "{\"chat_template\": \"{{ messages[0].content }}\", \"eos_token\": {\"content\": \"c\"}}"
  };

  @TempDir Path folder;
  private final Random random = new Random(11);
  private int converted;
  private int refused;

  @BeforeEach
  void write() throws IOException {
    MicroFolder micro = new MicroFolder();
    micro.config.put("sliding_window", 8).put("head_dim", 2).put("attention_bias", false);
    micro.config.putArray("layer_types").add("full_attention").add("sliding_attention");
    micro.config.putObject("rope_scaling").put("rope_type", "yarn").put("factor", 4.0);
    micro.write(folder);
    Files.writeString(
        folder.resolve("tokenizer.json"),
        "{\"added_tokens\": [{\"id\": 11, \"content\": \"<|x|>\", \"special\": true}],"
            + " \"pre_tokenizer\": {\"type\": \"ByteLevel\", \"add_prefix_space\": false},"
            + " \"decoder\": {\"type\": \"ByteLevel\"},"
            + " \"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 1, \"c\": 2, \"ab\": 3,"
            + " \"abc\": 4}, \"merges\": [\"a b\", \"ab c\"]}}");
    Files.writeString(folder.resolve("tokenizer_config.json"), TOKENIZER_SETTINGS[0]);
  }

  @Test
  void theFolderThatIsBrokenIsSound() throws IOException {
    convert(0);
    assertThat(converted).isEqualTo(1);
  }

  @Test
  void brokenConfigurations() throws IOException {
    fuzz("config.json");
    assertThat(refused).isPositive();
  }

  /** A model whose tokenizer is broken takes token ids, and so does its file. */
  @Test
  void brokenTokenizers() throws IOException {
    fuzz("tokenizer.json");
  }

  @Test
  void brokenTokenizerSettings() throws IOException {
    for (String settings : TOKENIZER_SETTINGS) {
      Files.writeString(folder.resolve("tokenizer_config.json"), settings);
      fuzz("tokenizer_config.json");
    }
    assertThat(refused).isPositive();
  }

  private void fuzz(String name) throws IOException {
    Path file = folder.resolve(name);
    byte[] sound = Files.readAllBytes(file);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] changed = sound.clone();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        changed[random.nextInt(changed.length)] =
            random.nextBoolean()
                ? (byte) "0123456789-.e{}[]\",:nulltrue".charAt(random.nextInt(28))
                : (byte) random.nextInt(256);
      }
      Files.write(file, changed);
      convert(i);
    }
    Files.write(file, sound);
    assertThat(converted).isPositive();
  }

  private void convert(int mutation) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try (Model model = Model.open(folder)) {
      GgufConversion conversion = GgufConversion.of(model, Optional.of(MatrixType.F16));
      if (mutation % WRITTEN_EVERY == 0) {
        conversion.write(folder.resolve("out.gguf"), true, (done, total, tensor) -> {});
      }
      converted++;
    } catch (ModelFileException refusal) {
      refused++;
      assertThat(refusal.getMessage())
          .as("mutation %d", mutation)
          .contains(folder.getFileName().toString())
          .doesNotContain("\n", "\r");
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .as("mutation %d", mutation)
        .isLessThan(MOST_BYTES);
  }
}
