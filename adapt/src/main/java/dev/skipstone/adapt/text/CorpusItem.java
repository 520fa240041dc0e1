package dev.skipstone.adapt.text;

/**
 * One item of a corpus: a prompt and the model's answer to it. Its arrays are not to be changed.
 *
 * @param id 0-based number
 * @param kind of request
 * @param greedy whether the answer is greedy, not sampled
 * @param verdict what became of it; only what was kept has tokens
 * @param prompt token ids of everything before the answer
 * @param answer token ids, the end token included where the answer came to its end
 */
@SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
record CorpusItem(
    int id, String kind, boolean greedy, Verdict verdict, int[] prompt, int[] answer) {
  private static final int[] NONE = {};

  /** The same without tokens, for another verdict. */
  CorpusItem dropped(Verdict why) {
    return new CorpusItem(id, kind, greedy, why, NONE, NONE);
  }

  boolean kept() {
    return verdict == Verdict.KEPT;
  }
}
