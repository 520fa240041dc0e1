package dev.skipstone.runtime.pass;

/**
 * Bytes that a model takes, known before they are taken.
 *
 * @param weights repacked weights, shared by all sessions
 * @param kvCache keys and values of one session
 * @param scratch activations and logits of one session
 * @param adapter draft adapter; 0 without one
 */
public record MemoryPlan(long weights, long kvCache, long scratch, long adapter) {
  public long total() {
    return weights + kvCache + scratch + adapter;
  }
}
