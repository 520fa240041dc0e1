package dev.skipstone.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.ModelFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broken file is refused in one line, or read as something else that works. */
class TokenizerJsonFuzzTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"phi3", "phi4", "punct", "unigram-unk", "mistral"})
  @Timeout(120)
  void brokenFilesAreRefused(String name) throws Exception {
    String whole =
        Files.readString(TokenizerGoldenTest.file("families/" + name + ".tokenizer.json"));
    Random random = new Random(name.hashCode());
    // What is most worth breaking is all that is not the vocabulary, before it and behind.
    int start = whole.indexOf("\"vocab\"") + 200;
    Path file = folder.resolve("tokenizer.json");
    int refused = 0;
    for (int round = 0; round < 250; round++) {
      StringBuilder broken = new StringBuilder(whole);
      for (int change = 0; change <= random.nextInt(3); change++) {
        int within = random.nextInt(4) == 0 ? broken.length() : start;
        int at = random.nextInt(Math.min(within, broken.length()));
        switch (random.nextInt(4)) {
          case 0 -> broken.setCharAt(at, (char) random.nextInt(128));
          case 1 -> broken.delete(at, Math.min(broken.length(), at + 1 + random.nextInt(20)));
          case 2 -> broken.setLength(Math.max(60, random.nextInt(50) == 0 ? at : broken.length()));
          default -> broken.insert(at, broken.substring(at / 2, Math.min(at, at / 2 + 9)));
        }
      }
      Files.writeString(file, broken);
      try {
        Tokenizer tokenizer = HuggingFaceTokenizers.read(file);
        encode(tokenizer);
      } catch (ModelFileException e) {
        assertThat(e.getMessage()).doesNotContain("\n").contains("tokenizer.json");
        refused++;
      }
    }
    assertThat(refused).isBetween(50, 249);
  }

  private static void encode(Tokenizer tokenizer) {
    try {
      assertThat(tokenizer.decode(tokenizer.encode("Hello, <|user|> 12 日本", true))).isNotNull();
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("for which the vocabulary has no token");
    }
  }
}
