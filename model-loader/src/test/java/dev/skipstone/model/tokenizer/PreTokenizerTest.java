package dev.skipstone.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PreTokenizerTest {
  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  private static final String LLAMA3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String QWEN2 = LLAMA3.replace("\\p{N}{1,3}", "\\p{N}");

  /** Characters on which the rules differ, more often than chance would have them. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> telling =
        Arbitraries.of(
            " ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u0085", "\u1680", "\u200b", "\u2028",
            "\u3000", "\u001c", "'s", "'S", "'LL", "'ve", "'ſ", "'", "a", "B", "é", "e\u0301", "日",
            "ʰ", "1", "23", "½", "Ⅷ", "٣", "𝟘", "𝒳", "😀", "\u200d", "!", "...", "$", "\u0000",
            "\ud800", "\udc00");
    Arbitrary<String> any = Arbitraries.strings().all().ofMaxLength(3);
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(9, telling), net.jqwik.api.Tuple.of(1, any))
        .list()
        .ofMaxSize(30)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 3000)
  void scansAsTheRegularExpressionsDo(@ForAll("texts") String text) {
    assertThat(pieces(PreTokenizer.GPT2, text)).isEqualTo(matches(GPT2, text));
    assertThat(pieces(PreTokenizer.LLAMA3, text)).isEqualTo(matches(LLAMA3, text));
    assertThat(pieces(PreTokenizer.QWEN2, text)).isEqualTo(matches(QWEN2, text));
  }

  @Property(tries = 3000)
  void cutsOutDigitsFirst(@ForAll("texts") String text) {
    List<String> expected = new ArrayList<>();
    for (String part : matches("\\p{Nd}|[^\\p{Nd}]+", text)) {
      expected.addAll(matches(GPT2, part));
    }
    assertThat(pieces(PreTokenizer.SMOLLM, text)).isEqualTo(expected);
  }

  @Test
  void looksNotBeyondTheEnd() {
    assertThat(PreTokenizer.GPT2.next("a b", 0, 2)).isEqualTo(1);
    assertThat(PreTokenizer.GPT2.next("  b", 0, 2)).isEqualTo(2);
    assertThat(PreTokenizer.GPT2.next("'re", 0, 2)).isEqualTo(1);
  }

  @Test
  void findsRulesByTheirRegularExpression() {
    assertThat(PreTokenizer.byRegex(GPT2)).contains(PreTokenizer.GPT2);
    assertThat(PreTokenizer.byRegex(LLAMA3)).contains(PreTokenizer.LLAMA3);
    assertThat(PreTokenizer.byRegex("\\s+")).isEmpty();
  }

  private static List<String> pieces(PreTokenizer rule, String text) {
    List<String> pieces = new ArrayList<>();
    for (int at = 0; at < text.length(); ) {
      int end = rule.next(text, at, text.length());
      pieces.add(text.substring(at, end));
      at = end;
    }
    return pieces;
  }

  private static List<String> matches(String regex, String text) {
    List<String> matches = new ArrayList<>();
    Matcher matcher =
        Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNICODE_CASE)
            .matcher(text);
    while (matcher.find()) {
      matches.add(matcher.group());
    }
    return matches;
  }
}
