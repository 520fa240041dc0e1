package dev.skipstone.benchmarks.peers;

import java.time.Duration;
import java.util.Optional;

/** An engine with a loaded model. Between answers its threads sleep. */
public interface Peer extends AutoCloseable {
  /** What figures are named after, such as {@code llama.cpp}. */
  String name();

  /** Which engine this is, with its version where it tells one. */
  String version();

  /**
   * Answers greedily, from an empty cache.
   *
   * @param prompt token ids, at least one
   * @param count tokens to generate, at least one; an engine may stop at the model's end token
   * @throws PeerException if the engine failed or ended
   * @throws InterruptedException if the thread was interrupted; the engine is then not to be used
   *     any more
   */
  PeerAnswer answer(int[] prompt, int count) throws PeerException, InterruptedException;

  /** Processor time used so far; empty where it is not known, or in this process. */
  default Optional<Duration> processorTime() {
    return Optional.empty();
  }

  /** Ends the engine; a second call does nothing. */
  @Override
  void close();
}
