package dev.skipstone.benchmarks;

/** A draft method gave other tokens than plain decoding: drafting has to be lossless. */
public final class DifferentOutputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int questionId;

  DifferentOutputException(Question question, String draft, int[] plain, int[] drafted) {
    super(describe(question, draft, plain, drafted));
    this.questionId = question.id();
  }

  private static String describe(Question question, String draft, int[] plain, int[] drafted) {
    int at = 0;
    while (at < plain.length && at < drafted.length && plain[at] == drafted[at]) {
      at++;
    }
    return "question %d (%s), draft %s: token %d is %s where plain decoding gives %s"
        .formatted(
            question.id(), question.category(), draft, at, token(drafted, at), token(plain, at));
  }

  private static String token(int[] tokens, int at) {
    return at < tokens.length ? Integer.toString(tokens[at]) : "none (the answer has ended)";
  }

  public int questionId() {
    return questionId;
  }
}
