package dev.skipstone.cli;

import dev.skipstone.model.Model;
import dev.skipstone.model.tokenizer.HuggingFaceTokenizers;
import dev.skipstone.model.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Whose tokenizer: of a model, or a {@code tokenizer.json} by itself. */
final class TokenizerModelOption {
  @Option(
      names = "--model",
      paramLabel = "FILE",
      description =
          "Model, a GGUF file or a folder, or a tokenizer.json (default: the model in models/).")
  private String model;

  Tokenizer read() {
    Path file = ModelOptions.file(model);
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(".json")) {
      return HuggingFaceTokenizers.read(file);
    }
    try (Model opened = Model.open(file)) {
      return opened.tokenizer();
    }
  }
}
