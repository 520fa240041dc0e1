package dev.skipstone.adapt.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GrammarTest {
  @Test
  void aGrammarIsReadLineByLine() {
    Grammar grammar =
        Grammar.parse(
            """
            # Requests
            ask 3 facts
              What is <thing>?
              Why <thing>? | How <thing>?
            thing
              a cat
            """);
    assertThat(grammar.kinds())
        .singleElement()
        .satisfies(kind -> {
          assertThat(kind.name()).isEqualTo("ask");
          assertThat(kind.weight()).isEqualTo(3);
          assertThat(kind.is(RequestKind.Tag.FACTS)).isTrue();
          assertThat(kind.templates())
              .containsExactly("What is <thing>?", "Why <thing>?", "How <thing>?");
        });
    assertThat(grammar.alternatives("thing")).containsExactly("a cat");
  }

  @Test
  void mistakesAreRefused() {
    assertThatThrownBy(() -> Grammar.parse("  a cat")).hasMessageContaining("without a rule");
    assertThatThrownBy(() -> Grammar.parse("thing")).hasMessageContaining("thing");
    assertThatThrownBy(() -> Grammar.parse("thing\n  a\nthing\n  b")).hasMessageContaining("twice");
  }
}
