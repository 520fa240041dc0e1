package dev.skipstone.benchmarks.peers;

import java.nio.file.Path;
import java.util.Objects;

/**
 * What every engine is started with.
 *
 * @param model the GGUF file
 * @param threads threads to compute with
 * @param context positions of the KV cache
 */
public record PeerSetup(Path model, int threads, int context) {
  public PeerSetup {
    model = model.toAbsolutePath();
    Objects.checkIndex(threads - 1, Integer.MAX_VALUE);
    Objects.checkIndex(context - 1, Integer.MAX_VALUE);
  }
}
