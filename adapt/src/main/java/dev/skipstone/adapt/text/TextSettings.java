package dev.skipstone.adapt.text;

/**
 * How much text is made, and how. Values out of range are refused with an {@link
 * IllegalArgumentException}.
 *
 * @param items how many items to make, those included that are filtered out; at least 1
 * @param seed of every choice
 * @param maxPromptTokens requests with longer prompts are drawn again; at least 64
 * @param maxAnswerTokens answers are cut there; at least 16
 * @param parallel how many answers are written at once; at least 1, and at most 16 on the CPU. It
 *     makes no difference to the text
 */
public record TextSettings(
    int items, long seed, int maxPromptTokens, int maxAnswerTokens, int parallel) {
  public TextSettings {
    atLeast("items", items, 1);
    atLeast("the most tokens of a prompt", maxPromptTokens, 64);
    atLeast("the most tokens of an answer", maxAnswerTokens, 16);
    atLeast("the number of answers at once", parallel, 1);
  }

  private static void atLeast(String what, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException("%s: %d, not %d or more".formatted(what, value, least));
    }
  }

  /** 8,000 items, prompts of 400 tokens and answers of 192 at most, 16 at once. */
  public static TextSettings defaults() {
    return new TextSettings(8_000, 1, 400, 192, 16);
  }

  public TextSettings withItems(int count) {
    return new TextSettings(count, seed, maxPromptTokens, maxAnswerTokens, parallel);
  }

  public TextSettings withSeed(long number) {
    return new TextSettings(items, number, maxPromptTokens, maxAnswerTokens, parallel);
  }

  public TextSettings withMaxPromptTokens(int count) {
    return new TextSettings(items, seed, count, maxAnswerTokens, parallel);
  }

  public TextSettings withMaxAnswerTokens(int count) {
    return new TextSettings(items, seed, maxPromptTokens, count, parallel);
  }

  public TextSettings withParallel(int count) {
    return new TextSettings(items, seed, maxPromptTokens, maxAnswerTokens, count);
  }
}
