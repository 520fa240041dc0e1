package dev.skipstone.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.tokenizer.pattern.TextPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SplitTest {
  private static final Map<Pattern, List<Split>> SPLITS = new HashMap<>();
  private static final Pattern GPT2 = pattern(SplitRules.GPT2);
  private static final Pattern DIGIT = pattern("\\p{Nd}|[^\\p{Nd}]+");
  private static final List<Split> SMOLLM = SplitRules.named("smollm").textRules(false).splits();

  static {
    for (String regex :
        List.of(
            SplitRules.GPT2,
            SplitRules.LLAMA3,
            SplitRules.QWEN2,
            SplitRules.O200K,
            SplitRules.TEKKEN)) {
      SPLITS.put(pattern(regex), List.of(Split.isolated(regex)));
    }
  }

  /** Characters on which the rules differ, more often than chance would have them. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> telling =
        Arbitraries.of(
            " ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u0085", "\u1680", "\u200b", "\u2028",
            "\u3000", "\u001c", "'s", "'S", "'LL", "'ve", "'ſ", "'", "a", "B", "é", "e\u0301", "日",
            "ʰ", "1", "23", "½", "Ⅷ", "٣", "𝟘", "𝒳", "😀", "\u200d", "!", "...", "$", "\u0000",
            "\ufffd", "/", "//", "bAr", "ǅ", "ß");
    Arbitrary<String> any = Arbitraries.strings().all().ofMaxLength(3).map(Utf8::wellFormed);
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(9, telling), net.jqwik.api.Tuple.of(1, any))
        .list()
        .ofMaxSize(30)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 3000)
  void cutsAsTheRegularExpressionsDo(@ForAll("texts") String text) {
    SPLITS.forEach(
        (regex, splits) -> assertThat(pieces(splits, text)).isEqualTo(matches(regex, text)));
  }

  @Property(tries = 1000)
  void cutsOutDigitsFirst(@ForAll("texts") String text) {
    List<String> expected = new ArrayList<>();
    for (String part : matches(DIGIT, text)) {
      expected.addAll(matches(GPT2, part));
    }
    assertThat(pieces(SMOLLM, text)).isEqualTo(expected);
  }

  /** As Hugging Face's tokenizers library does it. */
  @Test
  void doesWithMatchesWhatIsAsked() {
    assertThat(cut(Split.Behavior.ISOLATED, false)).containsExactly("-", "a", "-", "-", "b");
    assertThat(cut(Split.Behavior.REMOVED, false)).containsExactly("a", "b");
    assertThat(cut(Split.Behavior.REMOVED, true)).containsExactly("-", "-", "-");
    assertThat(cut(Split.Behavior.MERGED_WITH_PREVIOUS, false))
        .containsExactly("-", "a-", "-", "b");
    assertThat(cut(Split.Behavior.MERGED_WITH_NEXT, false)).containsExactly("-a", "-", "-b");
    assertThat(cut(Split.Behavior.CONTIGUOUS, false)).containsExactly("-", "a", "--", "b");
  }

  @Test
  void looksNotBeyondTheEnd() {
    List<String> pieces = new ArrayList<>();
    PieceSink sink = (text, from, to) -> pieces.add(text.substring(from, to));
    Split gpt2 = Split.isolated(SplitRules.GPT2);
    gpt2.cut("a b", 0, 2, sink);
    gpt2.cut("  b", 0, 2, sink);
    gpt2.cut("'re", 0, 2, sink);
    assertThat(pieces).containsExactly("a", " ", "  ", "'", "r");
  }

  @Test
  void keepsCharactersWhole() {
    assertThat(pieces(List.of(Split.isolated("\\p{S}")), "\ud835\udcb3+"))
        .containsExactly("\ud835\udcb3", "+");
  }

  private static List<String> cut(Split.Behavior behavior, boolean invert) {
    Split split = new Split(TextPattern.literal("-"), behavior, invert);
    return pieces(List.of(split), "-a--b");
  }

  private static List<String> pieces(List<Split> splits, String text) {
    List<String> pieces = new ArrayList<>();
    Split.chain(splits, (whole, from, to) -> pieces.add(whole.substring(from, to)))
        .piece(text, 0, text.length());
    return pieces;
  }

  private static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNICODE_CASE);
  }

  private static List<String> matches(Pattern pattern, String text) {
    List<String> matches = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      matches.add(matcher.group());
    }
    return matches;
  }
}
