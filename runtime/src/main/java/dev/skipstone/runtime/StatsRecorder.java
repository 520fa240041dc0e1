package dev.skipstone.runtime;

/** Adds up a generation's figures; times in nanoseconds. */
final class StatsRecorder {
  private static final double NANOS = 1e-9;

  private int promptTokens;
  private long promptTime;
  private long decodeTime;
  private int iterations;
  private int draftedIterations;
  private int drafted;
  private int accepted;
  private long draftTime;
  private long verifyTime;

  void promptRead(int tokens, long time) {
    promptTokens += tokens;
    promptTime += time;
  }

  /** The first token was chosen. */
  void started(long time) {
    promptTime += time;
  }

  void iterated(int draftedTokens, int acceptedTokens, long drafting, long verifying, long whole) {
    iterations++;
    draftedIterations += draftedTokens > 0 ? 1 : 0;
    drafted += draftedTokens;
    accepted += acceptedTokens;
    draftTime += drafting;
    verifyTime += verifying;
    decodeTime += whole;
  }

  SpeculationStats snapshot(int generatedTokens) {
    return new SpeculationStats(
        generatedTokens > 0 ? 1 : 0,
        promptTokens,
        promptTime * NANOS,
        generatedTokens,
        decodeTime * NANOS,
        iterations,
        draftedIterations,
        drafted,
        accepted,
        draftTime * NANOS,
        verifyTime * NANOS);
  }
}
