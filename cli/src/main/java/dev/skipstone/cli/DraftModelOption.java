package dev.skipstone.cli;

import dev.skipstone.model.Model;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.draft.SharedVocabulary;
import dev.skipstone.runtime.pass.MemoryPlan;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which separate model drafts. */
final class DraftModelOption {
  /** The method that it is for. */
  static final String METHOD = "model";

  private static final String NAME = "--draft-model";

  @Option(
      names = NAME,
      paramLabel = "FILE|DIR",
      description =
          "Small model with the same vocabulary that drafts, for model; given as --model is.")
  private String model;

  /**
   * Fails where the option is wrong, before any model is loaded.
   *
   * @param methods what was asked for, as it was written
   * @param needed whether {@link #METHOD} is among it
   */
  void check(String methods, boolean needed) {
    if (model != null && !needed) {
      throw new UsageException(NAME + " goes with --draft model, not " + methods);
    }
    if (model == null && needed) {
      throw new UsageException(
          methods + " needs a draft model: name a small one of the same family with " + NAME);
    }
    if (model != null) {
      file();
    }
  }

  private Path file() {
    return ModelOptions.file(NAME, model);
  }

  /**
   * Adds what was given to a benchmark's settings, by its name only: reports are shown to others.
   */
  void describe(Map<String, String> settings) {
    if (model != null) {
      settings.put("draft_model", String.valueOf(Path.of(model).getFileName()));
    }
  }

  /**
   * Loads the draft model beside its target, with as much context as it has of the target's, and
   * says what that takes; null where none was given.
   *
   * @throws IllegalArgumentException if it has another vocabulary
   */
  Engine load(Engine target, Streams streams) {
    if (model == null) {
      return null;
    }
    Model draft = Model.open(file());
    try {
      SharedVocabulary.check(target.model(), draft);
    } catch (RuntimeException | Error e) {
      draft.close();
      throw e;
    }
    EngineOptions options =
        EngineOptions.defaults()
            .withBackend(target.options().backend(), target.options().deviceIndex())
            .withThreads(target.options().threads())
            .withContext(Math.min(target.context(), draft.hyperParameters().context()));
    Engine engine = Engine.load(draft, options);
    MemoryPlan memory = engine.memory();
    streams
        .err()
        .println(
            "draft model %s: weights %s, KV cache %s, scratch %s"
                .formatted(
                    draft.file().getFileName(),
                    Figures.bytes(memory.weights()),
                    Figures.bytes(memory.kvCache()),
                    Figures.bytes(memory.scratch())));
    return engine;
  }
}
