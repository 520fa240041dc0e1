package dev.skipstone.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.StreamSupport;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokenizers in the form of the families, against Hugging Face's library. */
class TokenizerFamiliesTest {
  private static final List<String> LOSSLESS =
      List.of("llama2", "gemma", "granite", "phi4", "cl100k", "tekken");

  private static final Map<String, Tokenizer> READ = new ConcurrentHashMap<>();

  private static Tokenizer tokenizer(String name) {
    return READ.computeIfAbsent(
        name, key -> HuggingFaceTokenizers.read(file(key + ".tokenizer.json")));
  }

  private static Path file(String name) {
    try {
      return TokenizerGoldenTest.file("families/" + name);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llama2, 1",
    "mistral, 1",
    "gemma, -1",
    "phi3, -1",
    "phi4, -1",
    "granite, -1",
    "olmo, -1",
    "tekken, -1",
    "cl100k, -1",
    "prefix, -1",
    "punct, -1",
    "unigram, -1",
    "unigram-unk, -1",
    "unk, -1"
  })
  void encodesAndDecodes(String name, int begin) throws Exception {
    Tokenizer tokenizer = tokenizer(name);
    for (JsonNode row : new ObjectMapper().readTree(file(name + ".expected.json").toFile())) {
      String text = row.get("text").asText();
      int[] ids =
          StreamSupport.stream(row.get("ids").spliterator(), false)
              .mapToInt(JsonNode::asInt)
              .toArray();
      assertThat(tokenizer.encode(text, true)).as(text).containsExactly(ids);
      assertThat(tokenizer.decode(ids)).as(text).isEqualTo(row.get("decoded").asText());
    }
    assertThat(tokenizer.beginToken().orElse(-1)).isEqualTo(begin);
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> telling =
        Arbitraries.of(
            " ",
            "  ",
            "\n",
            "\t",
            "a",
            "the ",
            "'s",
            "é",
            "e\u0301",
            "日",
            "😀",
            "\ud800",
            "\udc00",
            "1",
            "½",
            "▁",
            "<s>",
            "<|user|>",
            "<0x0A>",
            "\u00a0",
            "\u200d",
            "\0");
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(6, telling),
            net.jqwik.api.Tuple.of(1, Arbitraries.strings().all().ofMaxLength(5)))
        .list()
        .ofMaxSize(25)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 1000)
  void decodesWhatItEncoded(@ForAll("texts") String text) {
    String valid = Utf8.wellFormed(text);
    // SentencePiece's sign for a space decodes to one.
    String spaces = valid.replace("▁", " ");
    for (String name : LOSSLESS) {
      Tokenizer tokenizer = tokenizer(name);
      boolean signs = name.equals("llama2") || name.equals("gemma");
      assertThat(tokenizer.decode(tokenizer.encode(text, false)))
          .as(name)
          .isEqualTo(signs ? spaces : valid);
    }
  }

  @Property(tries = 500)
  void takesAnyTextAndStreamsIt(@ForAll("texts") String text, @ForAll boolean special) {
    for (String name : List.of("mistral", "phi3", "unigram")) {
      Tokenizer tokenizer = tokenizer(name);
      int[] ids = tokenizer.encode(text, special);
      Detokenizer stream = tokenizer.detokenizer();
      StringBuilder streamed = new StringBuilder();
      for (int id : ids) {
        streamed.append(stream.add(id));
      }
      assertThat(streamed.append(stream.finish()).toString()).isEqualTo(tokenizer.decode(ids));
    }
  }

  /** Text is cut before a line's first word whatever stands before: its tokens are the same. */
  @Property(tries = 500)
  void encodesLinesByThemselves(@ForAll("texts") String first, @ForAll("texts") String second) {
    Tokenizer tokenizer = tokenizer("granite");
    String line = first + "x\n";
    int[] whole = tokenizer.encode(line + "x" + second, false);
    int[] start = tokenizer.encode(line, false);
    int[] rest = tokenizer.encode("x" + second, false);
    assertThat(whole).startsWith(start).endsWith(rest).hasSize(start.length + rest.length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama2", "gemma", "phi4", "unigram", "unk", "olmo"})
  @Timeout(60)
  void longRunsTakeNoMoreThanAMoment(String name) {
    Tokenizer tokenizer = tokenizer(name);
    for (String unit : List.of("a", " ", "😀", "\n", "A", "1", "▁", "é", "a ")) {
      String text = unit.repeat(1_000_000 / unit.length());
      // A quadratic step would take minutes.
      assertThat(tokenizer.encode(text, true)).isNotEmpty();
    }
  }
}
