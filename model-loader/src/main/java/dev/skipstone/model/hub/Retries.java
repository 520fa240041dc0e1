package dev.skipstone.model.hub;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;

/**
 * Tries again what failed for a reason that may pass, after pauses that double.
 *
 * @param most attempts
 * @param firstPause after the first failure
 */
record Retries(int most, Duration firstPause) {
  /** A server that asks for more is not waited for. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  /** What may fail. */
  @FunctionalInterface
  interface Attempt<T> {
    T run() throws IOException, InterruptedException;
  }

  static Retries usual() {
    return new Retries(5, Duration.ofSeconds(1));
  }

  /**
   * Runs.
   *
   * @param what named in the message
   * @throws HubException if the last attempt failed, too
   */
  <T> T run(String what, Attempt<T> attempt) throws InterruptedException {
    Duration pause = firstPause;
    for (int count = 1; ; count++) {
      try {
        return attempt.run();
      } catch (IOException e) {
        Duration asked = e instanceof RetryException again ? again.pause() : Duration.ZERO;
        if (count == most || asked.compareTo(LONGEST_PAUSE) > 0) {
          throw new HubException(
              "%s: %s; %s"
                  .formatted(
                      what,
                      reason(e),
                      asked.compareTo(LONGEST_PAUSE) > 0
                          ? "try again in " + asked.toSeconds() + " s"
                          : "tried %d times; what is here already stays for the next time"
                              .formatted(count)),
              e);
        }
        Thread.sleep(asked.compareTo(pause) > 0 ? asked : pause);
        pause = pause.multipliedBy(2);
      }
    }
  }

  private static String reason(IOException e) {
    if (e instanceof ConnectException) {
      return "the server can't be reached: is there a network?";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
