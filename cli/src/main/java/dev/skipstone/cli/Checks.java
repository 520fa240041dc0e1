package dev.skipstone.cli;

/** Checks of option values; what fails is a {@link UsageException} that names the option. */
final class Checks {
  private Checks() {}

  static void atLeast(String option, long value, long least) {
    if (value < least) {
      throw new UsageException("%s is %d, not %d or more".formatted(option, value, least));
    }
  }

  static void within(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new UsageException(
          "%s is %d, not between %d and %d".formatted(option, value, least, most));
    }
  }

  /** Refuses NaN too. */
  static void within(String option, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new UsageException(
          "%s is %s, not between %s and %s"
              .formatted(option, plain(value), plain(least), plain(most)));
    }
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** Token ids that the vocabulary has. */
  static void tokens(String option, int[] tokens, int vocabulary) {
    for (int token : tokens) {
      if (token < 0 || token >= vocabulary) {
        throw new UsageException(
            "%s: token %d is not in the vocabulary, 0 to %d"
                .formatted(option, token, vocabulary - 1));
      }
    }
  }
}
