package dev.skipstone.model.hub;

/** A model can't be pulled. The message is one line for a person: what, why, and what to do. */
public final class HubException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public HubException(String message) {
    super(message);
  }

  public HubException(String message, Throwable cause) {
    super(message, cause);
  }
}
