package dev.skipstone.cli;

import dev.skipstone.model.Model;
import dev.skipstone.model.convert.MatrixType;
import dev.skipstone.model.convert.QuantizedModel;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a model's matrices become. */
final class QuantizeOption {
  @Option(
      names = "--quantize",
      paramLabel = "q8_0|q4_0|f16",
      description =
          "Type that the model's matrices become when they are read (default: what they are). Never"
              + " better than what the file has.")
  private String quantize;

  /** What they become; empty for what they are. */
  Optional<MatrixType> matrices() {
    if (quantize == null) {
      return Optional.empty();
    }
    return Optional.of(
        MatrixType.named(quantize)
            .orElseThrow(() ->
                new UsageException(
                    "--quantize is one of %s, not '%s'".formatted(MatrixType.names(), quantize))));
  }

  /** The model with its matrices in that type. */
  Model apply(Model model) {
    Optional<MatrixType> matrices = matrices();
    return matrices.isPresent() ? new QuantizedModel(model, matrices.get()) : model;
  }
}
