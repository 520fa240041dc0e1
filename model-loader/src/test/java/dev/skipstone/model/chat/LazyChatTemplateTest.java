package dev.skipstone.model.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LazyChatTemplateTest {
  @Test
  void parsesOnceAndOnlyWhenUsed() {
    AtomicInteger parses = new AtomicInteger();
    LazyChatTemplate template =
        new LazyChatTemplate(() -> {
          parses.incrementAndGet();
          return (messages, variables, generationPrompt) ->
              messages.size() + " " + generationPrompt;
        });
    assertThat(parses).hasValue(0);

    assertThat(template.render(List.of(ChatMessage.user("a")), true)).isEqualTo("1 true");
    assertThat(template.render(List.of(), false)).isEqualTo("0 false");
    assertThat(parses).hasValue(1);
  }

  @Test
  void saysEachTimeWhatIsWrong() {
    LazyChatTemplate template =
        new LazyChatTemplate(() -> {
          throw new IllegalStateException("broken");
        });
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> template.render(List.of(), true)).hasMessage("broken");
    }
  }
}
