package dev.skipstone.adapt.text;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Judges answers, one after another: what it has seen before counts. */
final class TextFilter {
  /** Tokens that are compared at once. */
  private static final int GRAM = 8;

  /** Of repetitions within an answer; shorter, so that loops over a few words show. */
  private static final int LOOP_GRAM = 6;

  /** Fewer n-grams than this say nothing about repetition. */
  private static final int LEAST_GRAMS = 16;

  /** The share of an answer's n-grams that may be there before. */
  private static final double MOST_KNOWN = 0.5;

  private static final double MOST_REPEATED = 0.35;

  private static final int LEAST_TOKENS = 3;

  /** Tokens of what is left of an answer with a loop. */
  private static final int SHORTEST_CUT = 32;

  private static final Set<String> REFUSALS =
      Set.of(
          "i'm sorry, but i",
          "i am sorry, but i",
          "sorry, but i",
          "i apologize, but",
          "i cannot",
          "i can't",
          "i'm unable to",
          "i am unable to",
          "as an ai",
          "i'm an ai",
          "i don't have the ability");

  private final Set<Long> items = new HashSet<>();
  private final GramSet grams = new GramSet();

  /**
   * Judges an item, and remembers it if it is kept.
   *
   * @param words of the answer
   */
  Verdict judge(int[] prompt, int[] answer, String words) {
    if (answer.length < LEAST_TOKENS || words.isBlank()) {
      return Verdict.TOO_SHORT;
    }
    if (refuses(words)) {
      return Verdict.REFUSED;
    }
    if (repeats(answer, answer.length)) {
      return Verdict.LOOP;
    }
    if (items.contains(key(prompt, answer)) || isKnown(prompt, answer)) {
      return Verdict.DUPLICATE;
    }
    remember(prompt, answer);
    return Verdict.KEPT;
  }

  /** Remembers an item that was kept in an earlier run. */
  void remember(int[] prompt, int[] answer) {
    items.add(key(prompt, answer));
    for (int i = 0; i + GRAM <= answer.length; i++) {
      grams.add(hash(answer, i, GRAM));
    }
  }

  private static boolean refuses(String words) {
    String start = words.toLowerCase(Locale.ROOT).replace('\u2019', '\'');
    return REFUSALS.stream().anyMatch(start::startsWith);
  }

  /**
   * How many tokens of an answer to take: all, or, where it falls into a loop, the longest part
   * from its start that is not mostly repetition. A model does loop, and a draft is to see how that
   * begins.
   */
  static int withoutLoop(int[] answer) {
    int end = answer.length;
    while (end > SHORTEST_CUT && repeats(answer, end)) {
      end--;
    }
    return repeats(answer, end) ? answer.length : end;
  }

  private static boolean repeats(int[] answer, int length) {
    int count = length - LOOP_GRAM + 1;
    if (count < LEAST_GRAMS) {
      return false;
    }
    Set<Long> distinct = new HashSet<>();
    for (int i = 0; i < count; i++) {
      distinct.add(hash(answer, i, LOOP_GRAM));
    }
    return count - distinct.size() > MOST_REPEATED * count;
  }

  /** What an answer has from its own prompt, as a summary does, is known to nobody else. */
  private boolean isKnown(int[] prompt, int[] answer) {
    Set<Long> own = new HashSet<>();
    for (int i = 0; i + GRAM <= prompt.length; i++) {
      own.add(hash(prompt, i, GRAM));
    }
    int count = 0;
    int known = 0;
    for (int i = 0; i + GRAM <= answer.length; i++) {
      long gram = hash(answer, i, GRAM);
      if (!own.contains(gram)) {
        count++;
        known += grams.contains(gram) ? 1 : 0;
      }
    }
    return count >= LEAST_GRAMS && known > MOST_KNOWN * count;
  }

  private static long key(int[] prompt, int[] answer) {
    return 31 * hash(prompt, 0, prompt.length) + hash(answer, 0, answer.length);
  }

  /** FNV-1a over whole tokens, with a last mixing for its lower bits. */
  private static long hash(int[] tokens, int from, int count) {
    long hash = 0xcbf29ce484222325L;
    for (int i = from; i < from + count; i++) {
      hash = (hash ^ tokens[i]) * 0x100000001b3L;
    }
    return hash ^ hash >>> 29;
  }
}
