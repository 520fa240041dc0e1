package dev.skipstone.cli;

import dev.skipstone.model.chat.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * The turns of a conversation. Where they no longer fit in the context, the oldest turns go, each
 * with its answer; the system message and the newest question stay.
 */
final class Conversation {
  private final List<ChatMessage> system;
  private final List<ChatMessage> turns = new ArrayList<>();

  /**
   * @param system the system message; null for none
   */
  Conversation(String system) {
    this.system = system == null ? List.of() : List.of(ChatMessage.system(system));
  }

  List<ChatMessage> messages() {
    List<ChatMessage> messages = new ArrayList<>(system);
    messages.addAll(turns);
    return messages;
  }

  void ask(String question) {
    turns.add(ChatMessage.user(question));
  }

  void answered(String answer) {
    turns.add(ChatMessage.assistant(answer));
  }

  /** Takes back a question that could not be answered. */
  void takeBack() {
    turns.removeLast();
  }

  void reset() {
    turns.clear();
  }

  /**
   * Leaves out the oldest turns until the rest fits.
   *
   * @param size tokens of a conversation
   * @param limit most tokens
   * @return turns left out; -1 if the newest question alone does not fit, all turns still there
   */
  int fit(ToIntFunction<List<ChatMessage>> size, int limit) {
    List<ChatMessage> all = List.copyOf(turns);
    int dropped = 0;
    while (size.applyAsInt(messages()) > limit) {
      if (turns.size() == 1) {
        turns.clear();
        turns.addAll(all);
        return -1;
      }
      turns.removeFirst();
      if (turns.getFirst().role().equals("assistant")) {
        turns.removeFirst();
      }
      dropped++;
    }
    return dropped;
  }
}
