package dev.skipstone.benchmarks.peers;

/** An engine can't be used, or failed. The message says why and what to do. */
public final class PeerException extends Exception {
  private static final long serialVersionUID = 1L;

  public PeerException(String message) {
    super(message);
  }

  public PeerException(String message, Throwable cause) {
    super(message, cause);
  }
}
