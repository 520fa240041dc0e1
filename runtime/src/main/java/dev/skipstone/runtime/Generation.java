package dev.skipstone.runtime;

import java.util.Iterator;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One answer being decoded, a {@link Step} at a time, on the thread that asks for the next one.
 * Ends at an end token, a stop text, the token limit, the context's end, or {@link #cancel}.
 */
public final class Generation implements Iterator<Step>, AutoCloseable {
  Generation() {}

  @Override
  public boolean hasNext() {
    throw new UnsupportedOperationException();
  }

  /** Drafts, verifies, and returns what was accepted. The first call also reads the prompt. */
  @Override
  public Step next() {
    throw new UnsupportedOperationException();
  }

  /** The answer's text, a piece a step; empty pieces are left out. */
  public Stream<String> stream() {
    throw new UnsupportedOperationException();
  }

  /** Decodes to the end, giving each piece of text as it comes; returns this generation. */
  public Generation forEachText(Consumer<String> listener) {
    stream().forEach(listener);
    return this;
  }

  /** Decodes to the end; returns the whole text. */
  public String complete() {
    forEachText(piece -> {});
    return text();
  }

  /** Stops before the next step; from any thread, any number of times. */
  public void cancel() {
    throw new UnsupportedOperationException();
  }

  /** Reads the prompt, if that has not happened yet, telling how far it is. */
  public void readPrompt(PromptProgress progress) {
    throw new UnsupportedOperationException();
  }

  /** Told after each chunk of the prompt. */
  @FunctionalInterface
  public interface PromptProgress {
    void read(int tokens, int of);
  }

  /** Tokens so far, the end token included; a copy. */
  public int[] tokens() {
    throw new UnsupportedOperationException();
  }

  /** Text so far, without special tokens and without the stop text. */
  public String text() {
    throw new UnsupportedOperationException();
  }

  /**
   * @throws IllegalStateException while there is a next step
   */
  public FinishReason finishReason() {
    throw new UnsupportedOperationException();
  }

  /** Figures so far. */
  public SpeculationStats stats() {
    throw new UnsupportedOperationException();
  }

  /** Ends the generation; the session can start another. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
