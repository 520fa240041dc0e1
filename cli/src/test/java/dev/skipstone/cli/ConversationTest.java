package dev.skipstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.chat.ChatMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConversationTest {
  private final Conversation conversation = new Conversation("s");

  private static int characters(List<ChatMessage> messages) {
    return messages.stream().mapToInt(message -> message.content().length()).sum();
  }

  @Test
  void theOldestTurnsGoFirstAndTheSystemMessageStays() {
    conversation.ask("aaaa");
    conversation.answered("bbbb");
    conversation.ask("cc");
    conversation.answered("dd");
    conversation.ask("ee");

    assertThat(conversation.fit(ConversationTest::characters, 7)).isEqualTo(1);
    assertThat(conversation.messages())
        .containsExactly(
            ChatMessage.system("s"),
            ChatMessage.user("cc"),
            ChatMessage.assistant("dd"),
            ChatMessage.user("ee"));
  }

  @Test
  void whatFitsStays() {
    conversation.ask("aa");

    assertThat(conversation.fit(ConversationTest::characters, 3)).isZero();
    assertThat(conversation.messages()).hasSize(2);
  }

  @Test
  void nothingIsLostWhenTheQuestionAloneIsTooLong() {
    conversation.ask("aa");
    conversation.answered("bb");
    conversation.ask("cccccccc");

    assertThat(conversation.fit(ConversationTest::characters, 7)).isEqualTo(-1);
    conversation.takeBack();
    assertThat(conversation.messages()).hasSize(3);
  }
}
