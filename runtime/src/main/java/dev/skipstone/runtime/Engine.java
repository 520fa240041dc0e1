package dev.skipstone.runtime;

import dev.skipstone.model.Model;
import dev.skipstone.model.chat.ChatMessage;
import dev.skipstone.runtime.pass.Device;
import dev.skipstone.runtime.pass.LayerPath;
import java.nio.file.Path;
import java.util.List;

/**
 * A model loaded on a device. Thread-safe: any number of sessions can be open at once; their passes
 * take turns on the device.
 */
public final class Engine implements AutoCloseable {
  private Engine() {}

  /** Loads a model with {@link EngineOptions#defaults()}. */
  public static Engine load(Path file) {
    return load(file, EngineOptions.defaults());
  }

  /**
   * @throws dev.skipstone.model.ModelFileException if the file can't be used
   * @throws InsufficientMemoryException if weights and one session don't fit in memory
   * @throws IllegalArgumentException if there is no such backend or device
   */
  public static Engine load(Path file, EngineOptions options) {
    throw new UnsupportedOperationException();
  }

  public Model model() {
    throw new UnsupportedOperationException();
  }

  public Device device() {
    throw new UnsupportedOperationException();
  }

  public EngineOptions options() {
    throw new UnsupportedOperationException();
  }

  /** Positions of a session's KV cache. */
  public int context() {
    throw new UnsupportedOperationException();
  }

  /** What the weights and one session take. */
  public MemoryPlan memory() {
    throw new UnsupportedOperationException();
  }

  /**
   * @throws InsufficientMemoryException if its KV cache does not fit
   */
  public Session openSession() {
    throw new UnsupportedOperationException();
  }

  /** A plain text as a prompt: its tokens, behind the begin token where the model wants one. */
  public int[] encodeText(String text) {
    throw new UnsupportedOperationException();
  }

  /**
   * A conversation as a prompt, through the model's chat template.
   *
   * @throws IllegalArgumentException if the model has no chat template
   */
  public int[] encodeChat(List<ChatMessage> messages) {
    throw new UnsupportedOperationException();
  }

  /**
   * One pass over a whole sequence, in chunks.
   *
   * @param tokens ids in the vocabulary
   * @param path the sublayers to run
   * @param rows 0-based positions whose logits are wanted
   * @return [rows.length][vocabulary] logits
   * @throws IllegalArgumentException for a token, a row or a length out of range
   */
  public float[][] logits(int[] tokens, LayerPath path, int... rows) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
