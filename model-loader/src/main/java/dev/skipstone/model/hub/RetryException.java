package dev.skipstone.model.hub;

import java.io.IOException;
import java.time.Duration;

/** Something that may work when it is tried again. */
final class RetryException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Duration pause;

  /**
   * @param pause that the server asks for; zero where it does not say
   */
  RetryException(String message, Duration pause) {
    super(message);
    this.pause = pause;
  }

  Duration pause() {
    return pause;
  }
}
