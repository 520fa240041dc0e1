package dev.skipstone.runtime;

import dev.skipstone.model.tokenizer.Detokenizer;
import dev.skipstone.model.tokenizer.Tokenizer;
import java.util.List;

/** An answer's text as it grows: whole characters only, and nothing of a stop text. */
final class AnswerText {
  private final Tokenizer tokenizer;
  private final Detokenizer detokenizer;
  private final List<String> stops;
  private final StringBuilder text = new StringBuilder();
  private int given;
  private boolean stopped;

  AnswerText(Tokenizer tokenizer, List<String> stops) {
    this.tokenizer = tokenizer;
    this.stops = stops;
    detokenizer = tokenizer.detokenizer();
  }

  /** Adds a token; control tokens have no text. */
  void add(int token) {
    if (!tokenizer.isSpecial(token)) {
      append(detokenizer.add(token));
    }
  }

  private void append(String piece) {
    int from = text.length();
    text.append(piece);
    int cut = text.length();
    for (String stop : stops) {
      int found = text.indexOf(stop, Math.max(0, from - stop.length() + 1));
      if (found >= 0 && found < cut) {
        cut = found;
        stopped = true;
      }
    }
    text.setLength(cut);
  }

  /** Whether a stop text was met. */
  boolean stopped() {
    return stopped;
  }

  /** Ends the text where the answer ends by itself: half a character becomes U+FFFD. */
  void finish() {
    if (!stopped) {
      append(detokenizer.finish());
    }
  }

  /**
   * What can be shown since the last call: not the beginning of what may become a stop text.
   *
   * @param ended whether the answer has ended
   */
  String take(boolean ended) {
    int end = ended ? text.length() : text.length() - heldBack();
    String piece = text.substring(Math.min(given, end), end);
    given = Math.max(given, end);
    return piece;
  }

  /** Whether there is nothing that was not taken, half a character aside. */
  boolean isTaken() {
    return given == text.length();
  }

  private int heldBack() {
    int held = 0;
    for (String stop : stops) {
      for (int n = Math.min(stop.length() - 1, text.length()); n > held; n--) {
        if (stop.startsWith(text.substring(text.length() - n))) {
          held = n;
        }
      }
    }
    return held;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
