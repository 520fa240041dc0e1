package dev.skipstone.adapt.text;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** How far the making of text is. Changes while it goes on: read it in the listener's call. */
public final class TextProgress {
  private final int wanted;
  private final long start = System.nanoTime();
  private final Map<String, EnumMap<Verdict, Integer>> kinds = new TreeMap<>();
  private int items;
  private long tokens;
  private long writtenTokens;

  /**
   * @param wanted items to make
   */
  TextProgress(int wanted) {
    this.wanted = wanted;
  }

  /** Counts an item. */
  void add(CorpusItem item) {
    kinds
        .computeIfAbsent(item.kind(), kind -> new EnumMap<>(Verdict.class))
        .merge(item.verdict(), 1, Integer::sum);
    items++;
    tokens += item.answer().length;
  }

  /** Counts tokens that the model wrote in this run. */
  void wrote(int count) {
    writtenTokens += count;
  }

  /** Items to make, all in all. */
  public int wanted() {
    return wanted;
  }

  /** Items that are made, those of earlier runs and those filtered out included. */
  public int items() {
    return items;
  }

  /** Tokens of the answers that were kept. */
  public long tokens() {
    return tokens;
  }

  /** Tokens a second that were written in this run, prompts not counted. */
  public double tokensPerSecond() {
    return writtenTokens * 1e9 / Math.max(1, System.nanoTime() - start);
  }

  /** Items with a verdict. */
  public int count(Verdict verdict) {
    return kinds.values().stream().mapToInt(of -> of.getOrDefault(verdict, 0)).sum();
  }

  /** For each kind of request, how many items there are with each verdict; a copy. */
  public Map<String, Map<Verdict, Integer>> byKind() {
    Map<String, Map<Verdict, Integer>> copy = new TreeMap<>();
    kinds.forEach((kind, counts) -> copy.put(kind, new EnumMap<>(counts)));
    return copy;
  }
}
