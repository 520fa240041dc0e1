package dev.skipstone.cli;

import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.runtime.adapter.DraftAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Which draft adapter. */
final class AdapterOption {
  @Option(
      names = "--adapter",
      paramLabel = "FILE",
      description =
          "Draft adapter, for s3d (default: the model's name with "
              + DraftAdapter.SUFFIX
              + " beside it, else one in the project's models/ that fits).")
  private String adapter;

  boolean given() {
    return adapter != null;
  }

  /** Fails where the option is wrong, before any model is loaded. */
  void check() {
    if (given()) {
      Path file = ModelOptions.path("--adapter", adapter);
      if (!Files.exists(file)) {
        throw new FailedException(file + ": no such file; --adapter takes a draft adapter");
      }
    }
  }

  /**
   * Adds what was given to a benchmark's settings, by its name only: reports are shown to others.
   */
  void describe(Map<String, String> settings) {
    if (given()) {
      settings.put("adapter", String.valueOf(Path.of(adapter).getFileName()));
    }
  }

  /**
   * The adapter that was given, or the one that belongs to a model.
   *
   * @throws ModelFileException if it is broken
   * @throws FailedException if there is none
   */
  DraftAdapter open(Model model) {
    if (given()) {
      return DraftAdapter.open(ModelOptions.path("--adapter", adapter));
    }
    Path beside = beside(model.file());
    return Files.exists(beside) ? DraftAdapter.open(beside) : openInModels(model, beside);
  }

  static Path beside(Path model) {
    String name = model.getFileName().toString();
    int dot = Files.isDirectory(model) ? 0 : name.lastIndexOf('.');
    return model.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + DraftAdapter.SUFFIX);
  }

  private static DraftAdapter openInModels(Model model, Path beside) {
    for (Path file : inModels()) {
      DraftAdapter candidate = DraftAdapter.open(file);
      if (candidate.fits(model)) {
        return candidate;
      }
      candidate.close();
    }
    throw new FailedException(
        "no draft adapter for %s: there is no %s, and none in models/ fits; name one with --adapter FILE or use --draft skip"
            .formatted(model.name(), beside));
  }

  private static List<Path> inModels() {
    String home = System.getProperty("skipstone.home");
    if (home == null) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(Path.of(home, "models"))) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(DraftAdapter.SUFFIX))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
