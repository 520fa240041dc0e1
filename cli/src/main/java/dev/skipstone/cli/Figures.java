package dev.skipstone.cli;

import dev.skipstone.runtime.Loading;
import dev.skipstone.runtime.SpeculationStats;
import java.util.Locale;

/** Figures in words. */
final class Figures {
  private static final String UNPAID =
      ", since that did not pay here or the text was too short to find out";

  private Figures() {}

  /** One short line, for the end of an answer in a conversation. */
  static String brief(SpeculationStats stats) {
    String line =
        format(
            "%s, %.0f tok/s, %.1f tokens/iteration",
            count(stats.generatedTokens(), "token"),
            stats.tokensPerSecond(),
            stats.tokensPerIteration());
    return stats.drafted() == 0
        ? line
        : line + format(", %.0f %% of drafts accepted", 100 * stats.acceptanceRate());
  }

  /** What drafting gained, in two lines. */
  static String full(SpeculationStats stats, String method) {
    String speed =
        format(
            "%s in %.2f s: %.1f tokens/s, %.2f tokens a pass of the full model (1 without drafts)",
            count(stats.generatedTokens(), "token"),
            stats.decodeSeconds(),
            stats.tokensPerSecond(),
            stats.tokensPerIteration());
    String drafts =
        stats.drafted() == 0
            ? format("draft %s: nothing drafted%s", method, method.equals("none") ? "" : UNPAID)
            : format(
                "draft %s: %d of %d drafted tokens accepted (%.0f %%), in %d of %d passes",
                method,
                stats.accepted(),
                stats.drafted(),
                100 * stats.acceptanceRate(),
                stats.draftedIterations(),
                stats.iterations());
    return speed + System.lineSeparator() + drafts + times(stats);
  }

  private static String times(SpeculationStats stats) {
    double whole = stats.decodeSeconds();
    String split =
        whole > 0
            ? format(
                "; time: %.0f %% drafting, %.0f %% verifying, %.0f %% the rest",
                100 * stats.draftSeconds() / whole,
                100 * stats.verifySeconds() / whole,
                100 * stats.otherSeconds() / whole)
            : "";
    return split
        + format(
            "; prompt: %s in %.2f s", count(stats.promptTokens(), "token"), stats.promptSeconds());
  }

  /** What bringing the weights to the device took. */
  static String loading(Loading weights) {
    String sizes =
        format(
            "weights: %s in the file, repacked to %s in %.2f s",
            bytes(weights.fileBytes()), bytes(weights.deviceBytes()), weights.seconds());
    return weights.conversions().isEmpty()
        ? sizes
        : sizes + "; converted: " + String.join(", ", weights.conversions());
  }

  static String count(long number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }

  /** Bytes in MiB, or in KiB where that says more. */
  static String bytes(long bytes) {
    return bytes < 1 << 20
        ? format("%.1f KiB", bytes / 1024.0)
        : format("%.1f MiB", bytes / 1048576.0);
  }

  @SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency by itself
  static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
