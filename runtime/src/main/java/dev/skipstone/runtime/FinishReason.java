package dev.skipstone.runtime;

/** Why an answer ended. */
public enum FinishReason {
  /** An end token or a stop text. */
  STOP,
  /** The token limit or the end of the context. */
  LENGTH,
  /** {@link Generation#cancel} or {@link Generation#close}. */
  CANCELLED
}
