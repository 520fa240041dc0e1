package dev.skipstone.model.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Configurations broken at random: refused in a line, or read as what they say now. */
final class ConfigFuzzTest {
  private static final long MOST_BYTES = 8L << 20;

  private static final String[] ABSURD = {
    "-1", "0", "1e9", "4294967296", "99999999999999999999", "null", "[[", "}", "[]", "true", "\"\""
  };

  private static Path folder;
  private static byte[] sound;

  @BeforeContainer
  static void write() throws IOException {
    folder = Files.createTempDirectory("fuzzed");
    MicroFolder micro = new MicroFolder();
    micro
        .config
        .put("sliding_window", 8)
        .put("head_dim", 2)
        .put("attention_bias", false)
        .put("tie_word_embeddings", true)
        .put("hidden_act", "silu");
    micro.config.putArray("layer_types").add("full_attention").add("sliding_attention");
    micro.config.putObject("rope_scaling").put("rope_type", "yarn").put("factor", 4.0);
    micro.write(folder);
    sound = Files.readAllBytes(folder.resolve("config.json"));
  }

  @Property(tries = 1500)
  void survivesChangedBytes(
      @ForAll @Size(min = 1, max = 3) byte[] values, @ForAll @IntRange(max = 1 << 20) int place)
      throws IOException {
    byte[] changed = sound.clone();
    for (int i = 0; i < values.length; i++) {
      changed[(place + 97 * i) % sound.length] = values[i];
    }
    open(changed);
  }

  /** In place of a value. */
  @Property(tries = 1000)
  void survivesAbsurdValues(
      @ForAll @IntRange(max = 100) int key, @ForAll @IntRange(max = 10) int which)
      throws IOException {
    String text = new String(sound, StandardCharsets.UTF_8);
    String[] parts = text.split("(?<=\":)");
    int at = 1 + key % (parts.length - 1);
    parts[at] = parts[at].replaceFirst("^[^,}\\]]*", ABSURD[which]);
    open(String.join("", parts).getBytes(StandardCharsets.UTF_8));
  }

  private static void open(byte[] config) throws IOException {
    Files.write(folder.resolve("config.json"), config);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try (Model model = Model.open(folder)) {
      assertThat(model.hyperParameters().attention()).hasSize(model.hyperParameters().layers());
    } catch (ModelFileException refusal) {
      assertThat(refusal.getMessage())
          .contains(folder.getFileName().toString())
          .doesNotContain("\n", "\r");
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
  }
}
