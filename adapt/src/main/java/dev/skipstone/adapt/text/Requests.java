package dev.skipstone.adapt.text;

import dev.skipstone.adapt.text.EarlierText.Piece;
import dev.skipstone.adapt.text.RequestKind.Tag;
import dev.skipstone.model.chat.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Draws requests: kinds by their weights, and a text for each. */
final class Requests {
  private static final int TRIES = 200;
  private static final int MOST_FOLLOWED_WORDS = 120;

  private final Grammar grammar;
  private final ChatFrame frame;
  private final int maxTokens;
  private final int totalWeight;

  /**
   * @param maxTokens most tokens of a prompt
   */
  Requests(Grammar grammar, ChatFrame frame, int maxTokens) {
    this.grammar = grammar;
    this.frame = frame;
    this.maxTokens = maxTokens;
    totalWeight = grammar.kinds().stream().mapToInt(RequestKind::weight).sum();
  }

  /**
   * A request. Its array is not to be changed.
   *
   * @param kind what it is
   * @param prompt tokens up to where the answer begins, or, if the kind is {@link Tag#CONTINUED},
   *     up to where the model is to go on with the user's turn
   * @param start the user's words so far, in the latter case
   */
  @SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
  record Request(RequestKind kind, int[] prompt, String start) {}

  /**
   * Draws a request.
   *
   * @param earlier what it may be about
   * @throws IllegalArgumentException if none fits into the most tokens
   */
  Request draw(RandomGenerator random, EarlierText earlier) {
    for (int i = 0; i < TRIES; i++) {
      RequestKind kind = kind(random);
      Optional<Request> request = request(kind, random, earlier);
      if (request.isPresent() && request.get().prompt().length <= maxTokens) {
        return request.get();
      }
    }
    throw new IllegalArgumentException(
        "hardly any request fits into %d tokens: allow longer prompts".formatted(maxTokens));
  }

  /** A kind's name as the kind; one that is not in the grammar is never drawn. */
  RequestKind kind(String name) {
    return grammar.kinds().stream()
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseGet(() -> new RequestKind(name, 0, Set.of(), List.of()));
  }

  private RequestKind kind(RandomGenerator random) {
    int rest = random.nextInt(totalWeight);
    for (RequestKind kind : grammar.kinds()) {
      rest -= kind.weight();
      if (rest < 0) {
        return kind;
      }
    }
    throw new AssertionError("weights changed");
  }

  /** A request of a kind; empty where it needs earlier text that there is not. */
  private Optional<Request> request(RequestKind kind, RandomGenerator random, EarlierText earlier) {
    String template = kind.templates().get(random.nextInt(kind.templates().size()));
    Optional<String> text = new Expansion(grammar, earlier, random).expand(template);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (kind.is(Tag.CONTINUED)) {
      return Optional.of(new Request(kind, frame.opening(text.get()), text.get()));
    }
    if (kind.is(Tag.RAW)) {
      return Optional.of(new Request(kind, frame.plain(text.get()), ""));
    }
    List<ChatMessage> conversation = new ArrayList<>();
    if (kind.is(Tag.FOLLOW_UP)) {
      Optional<Piece> before = earlier.any(random, Requests::canBeFollowed);
      if (before.isEmpty()) {
        return Optional.empty();
      }
      conversation.add(ChatMessage.user(before.get().asked()));
      conversation.add(ChatMessage.assistant(before.get().answer()));
    }
    conversation.add(ChatMessage.user(text.get()));
    return Optional.of(new Request(kind, frame.prompt(conversation), ""));
  }

  private static boolean canBeFollowed(Piece piece) {
    int words = Prose.words(piece.answer());
    return piece.ended() && !piece.asked().isBlank() && words >= 8 && words <= MOST_FOLLOWED_WORDS;
  }
}
