package dev.skipstone.adapt.text;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What became of an item. */
public enum Verdict {
  KEPT,
  /** The model's own question was empty or came to no end. */
  NO_REQUEST,
  /** The answer has hardly any tokens. */
  TOO_SHORT,
  /** The answer says that it won't be given. */
  REFUSED,
  /** The answer repeats itself. */
  LOOP,
  /** The same item, or most of its answer, was there before. */
  DUPLICATE;

  /** As written in a corpus file. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Verdict> ofLabel(String label) {
    return Arrays.stream(values()).filter(verdict -> verdict.label().equals(label)).findFirst();
  }
}
