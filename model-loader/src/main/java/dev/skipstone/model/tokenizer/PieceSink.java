package dev.skipstone.model.tokenizer;

/** Takes the pieces of a text, one after the other. */
@FunctionalInterface
interface PieceSink {
  /** Takes {@code text[from, to)}, which is not empty. */
  void piece(String text, int from, int to);
}
