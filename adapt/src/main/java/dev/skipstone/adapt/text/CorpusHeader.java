package dev.skipstone.adapt.text;

import java.nio.file.Path;

/**
 * What a corpus file begins with: what all its items depend on.
 *
 * @param model fingerprint of the model that wrote it
 * @param requests hash of the templates that it was asked with
 * @param seed as in {@link TextSettings}, like the others
 */
record CorpusHeader(
    String model, String requests, long seed, int maxPromptTokens, int maxAnswerTokens) {

  /**
   * Compares with what a file has.
   *
   * @throws IllegalArgumentException if that is another corpus
   */
  void check(Path path, CorpusHeader there) {
    checkModel(path, there.model, model);
    if (!equals(there)) {
      throw new IllegalArgumentException(
          "%s was begun with other settings (seed %d, prompts of %d and answers of %d tokens%s): give these again, or another file"
              .formatted(
                  path,
                  there.seed,
                  there.maxPromptTokens,
                  there.maxAnswerTokens,
                  requests.equals(there.requests) ? "" : ", other templates"));
    }
  }

  /**
   * Compares the model that wrote a file with the one at hand.
   *
   * @throws IllegalArgumentException if it is another one
   */
  static void checkModel(Path path, String there, String model) {
    if (!there.equals(model)) {
      throw new IllegalArgumentException(
          path + " was written by another model: give that one, or another file");
    }
  }
}
