package dev.skipstone.model.tokenizer;

/** Text from a file, made fit to be part of a one-line message. */
final class Quoted {
  private static final int LONGEST = 60;

  private Quoted() {}

  /** The text in quotes, shortened, with control characters escaped. */
  static String text(String text) {
    StringBuilder line = new StringBuilder("\"");
    for (int i = 0; i < Math.min(text.length(), LONGEST); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        line.append(String.format("\\u%04x", (int) c));
      } else {
        line.append(c);
      }
    }
    return line.append(text.length() > LONGEST ? "…\"" : "\"").toString();
  }
}
