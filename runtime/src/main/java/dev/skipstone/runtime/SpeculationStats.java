package dev.skipstone.runtime;

/**
 * Figures of one answer, or of several added up.
 *
 * @param promptTokens tokens of the prompt that were computed (those found in the cache not
 *     counted)
 * @param promptSeconds time to read them
 * @param generatedTokens tokens generated; the first comes out of reading the prompt
 * @param decodeSeconds time from the end of the prompt to the end of the answer
 * @param iterations verifying passes
 * @param drafted tokens proposed
 * @param accepted proposed tokens that were confirmed
 * @param draftSeconds part of {@code decodeSeconds} spent on drafting
 * @param verifySeconds part of {@code decodeSeconds} spent on verifying passes
 */
public record SpeculationStats(
    int promptTokens,
    double promptSeconds,
    int generatedTokens,
    double decodeSeconds,
    int iterations,
    int drafted,
    int accepted,
    double draftSeconds,
    double verifySeconds) {

  public static final SpeculationStats ZERO = new SpeculationStats(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Generated tokens, without the one that reading the prompt gave, a second; 0 without any. */
  public double tokensPerSecond() {
    return decodeSeconds > 0 && generatedTokens > 1 ? (generatedTokens - 1) / decodeSeconds : 0;
  }

  /** Generated tokens, without the one that reading the prompt gave, a verifying pass. */
  public double tokensPerIteration() {
    return iterations == 0 ? 0 : (double) (generatedTokens - 1) / iterations;
  }

  /** Share of the proposed tokens that were confirmed; 0 without any. */
  public double acceptanceRate() {
    return drafted == 0 ? 0 : (double) accepted / drafted;
  }

  /** Part of {@code decodeSeconds} spent on neither drafting nor verifying passes. */
  public double otherSeconds() {
    return Math.max(0, decodeSeconds - draftSeconds - verifySeconds);
  }
}
