package dev.skipstone.runtime;

/**
 * Figures of one answer, or of several added up.
 *
 * @param answers how many answers have a token; the first of each comes out of reading the prompt
 * @param promptTokens tokens of the prompt that were computed (those found in the cache not
 *     counted)
 * @param promptSeconds time to read them
 * @param generatedTokens tokens generated, each answer's first included
 * @param decodeSeconds time from the end of the prompt to the end of the answer
 * @param iterations verifying passes
 * @param draftedIterations those of them with a draft to verify; the others did without, where a
 *     draft would not have paid
 * @param drafted tokens proposed
 * @param accepted proposed tokens that were confirmed
 * @param draftSeconds part of {@code decodeSeconds} spent on drafting
 * @param verifySeconds part of {@code decodeSeconds} spent on verifying passes
 */
public record SpeculationStats(
    int answers,
    int promptTokens,
    double promptSeconds,
    int generatedTokens,
    double decodeSeconds,
    int iterations,
    int draftedIterations,
    int drafted,
    int accepted,
    double draftSeconds,
    double verifySeconds) {

  /** No answer yet. */
  public static final SpeculationStats ZERO = new SpeculationStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** These figures and those of other answers added up. */
  public SpeculationStats plus(SpeculationStats other) {
    return new SpeculationStats(
        answers + other.answers,
        promptTokens + other.promptTokens,
        promptSeconds + other.promptSeconds,
        generatedTokens + other.generatedTokens,
        decodeSeconds + other.decodeSeconds,
        iterations + other.iterations,
        draftedIterations + other.draftedIterations,
        drafted + other.drafted,
        accepted + other.accepted,
        draftSeconds + other.draftSeconds,
        verifySeconds + other.verifySeconds);
  }

  /** Generated tokens without those that reading a prompt gave. */
  public int decodedTokens() {
    return generatedTokens - answers;
  }

  /** {@link #decodedTokens} a second of decoding; 0 without any. */
  public double tokensPerSecond() {
    return decodeSeconds > 0 ? decodedTokens() / decodeSeconds : 0;
  }

  /** {@link #decodedTokens} a verifying pass: 1 without drafts; 0 without any pass. */
  public double tokensPerIteration() {
    return iterations == 0 ? 0 : (double) decodedTokens() / iterations;
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
