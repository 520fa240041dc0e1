package dev.skipstone.adapt.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.adapt.text.EarlierText.Piece;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExpansionTest {
  private static final Grammar GRAMMAR =
      Grammar.parse(
          """
          explain 1 facts
            What is <thing>?
          code 1 code
            Write code.
          animal
            cat | owl | fox | elk
          thing
            an egg
          """);

  private final EarlierText earlier = new EarlierText();

  @Test
  void choicesAndRulesAreExpanded() {
    assertThat(all("{a|b{c|d|}}")).containsExactlyInAnyOrder("a", "bc", "bd", "b");
    assertThat(all("The <animal>."))
        .containsExactlyInAnyOrder("The cat.", "The owl.", "The fox.", "The elk.");
    assertThat(all("<^thing>\\n<nothing>!")).containsExactly("An egg\n!");
    assertThat(all("a <animal>")).containsExactlyInAnyOrder("a cat", "an owl", "a fox", "an elk");
  }

  @Test
  void numbersAreInTheirRange() {
    assertThat(all("<number 3 6>")).containsExactlyInAnyOrder("3", "4", "5", "6");
    assertThat(all("<number 10 31 10>")).containsExactlyInAnyOrder("10", "20", "30");
  }

  @Test
  void aLabelIsTheSameWhereverItStands() {
    assertThat(all("<A:animal> <B:animal> <A:animal>"))
        .hasSizeGreaterThan(8)
        .allSatisfy(text -> {
          String[] words = text.split(" ", -1);
          assertThat(words[2]).isEqualTo(words[0]);
        });
  }

  @Test
  void someAreDifferent() {
    assertThat(all("<some 4 animal>"))
        .allSatisfy(text ->
            assertThat(text.split(", ", -1)).containsExactlyInAnyOrder("cat", "owl", "fox", "elk"));
  }

  @Test
  void earlierTextIsUsedAndMissedWhereThereIsNone() {
    String facts = "<A:facts 5 20>\\n<A:asked>";
    assertThat(expand(facts, 1)).isEmpty();
    add("explain", "What is an egg?", "An egg is laid by a bird. It has a shell. And so");
    assertThat(all(facts))
        .containsExactly("An egg is laid by a bird. It has a shell.\nWhat is an egg?");
    assertThat(all("<passage 5 7>")).containsExactly("An egg is laid by a bird.");
    assertThat(expand("<passage 50 70>", 1)).as("longer than there is").isEmpty();
    assertThat(all("<sentence>")).containsExactly("An egg is laid by a bird.");
    assertThat(all("<question>")).containsExactly("What is an egg?");
    assertThat(all("<answer explain 9>")).containsExactly("An egg is laid by a bird.");
    assertThat(expand("<code>", 1)).isEmpty();
    String code = "for (int i = 0; i < 10; i++) {\n  print(i);\n}";
    add("code", "Write code.", "```java\n" + code + "\n```");
    assertThat(all("<code>")).containsExactly(code);
  }

  @Test
  void twoPassagesAreDifferentOnes() {
    add("explain", "What is an egg?", "An egg is laid by a bird.");
    assertThat(expand("<passage 5 7> <passage 5 7>", 1)).isEmpty();
  }

  @Test
  void mistakesAreRefused() {
    assertThatThrownBy(() -> expand("<cow>", 1)).hasMessageContaining("no rule 'cow'");
    assertThatThrownBy(() -> expand("{a|b", 1)).hasMessageContaining("not closed: {a|b");
  }

  private void add(String kind, String asked, String answer) {
    RequestKind found =
        GRAMMAR.kinds().stream().filter(k -> k.name().equals(kind)).findFirst().orElseThrow();
    earlier.add(new Piece(found, asked, answer, true));
  }

  private Set<String> all(String template) {
    Set<String> texts = new HashSet<>();
    for (int seed = 0; seed < 200; seed++) {
      expand(template, seed).ifPresent(texts::add);
    }
    return texts;
  }

  private Optional<String> expand(String template, long seed) {
    return new Expansion(GRAMMAR, earlier, new SplittableRandom(seed)).expand(template);
  }
}
