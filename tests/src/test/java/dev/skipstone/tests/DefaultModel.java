package dev.skipstone.tests;

import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import java.nio.file.Path;

/** The project's default model: where it lies, seen from this module's folder. */
final class DefaultModel {
  private static final String PROPERTY = "skipstone.test.model";

  private DefaultModel() {}

  /**
   * The file, or another one of the same model that the system property {@value #PROPERTY} names.
   */
  static Path file() {
    return Path.of(System.getProperty(PROPERTY, "../models/SmolLM2-135M-Instruct.Q4_1.gguf"));
  }

  /** Loads it with a context that all tests have room in. */
  static Engine load(int threads) {
    return load(threads, 1024);
  }

  static Engine load(int threads, int context) {
    return Engine.load(file(), EngineOptions.defaults().withThreads(threads).withContext(context));
  }
}
