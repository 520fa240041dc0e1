package dev.skipstone.model.tokenizer;

/**
 * A token that is found in a text as it is written, before the text is cut into pieces.
 *
 * @param content what is looked for
 * @param special whether it is a token for the model's use, which a text of a user can't name
 * @param takesLeft whether white space before it becomes part of it
 * @param takesRight whether white space behind it becomes part of it
 * @param singleWord whether it is not found within a word
 * @param normalized whether it is looked for in the normalized text
 */
record AddedToken(
    int id,
    String content,
    boolean special,
    boolean takesLeft,
    boolean takesRight,
    boolean singleWord,
    boolean normalized) {
  /** A token that is found as it is written, wherever it is. */
  static AddedToken plain(int id, String content, boolean special) {
    return new AddedToken(id, content, special, false, false, false, false);
  }

  /** A token of a user that is found in the normalized text. */
  static AddedToken normalized(int id, String content) {
    return new AddedToken(id, content, false, false, false, false, true);
  }

  AddedToken withContent(String text) {
    return new AddedToken(id, text, special, takesLeft, takesRight, singleWord, normalized);
  }
}
