package dev.skipstone.cli;

import dev.skipstone.benchmarks.convert.MatrixType;
import dev.skipstone.benchmarks.convert.Requantizer;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code skipstone bench requantize}, a tool for those who work on kernels. */
@Command(
    name = "requantize",
    hidden = true,
    description =
        "Copies a GGUF file with its matrices in another type, to measure the same model in several"
            + " types. A copy is never better than its source.",
    footerHeading = "%nExamples:%n",
    footer = "  skipstone bench requantize --type F16 smollm2-f16.gguf")
final class BenchRequantizeCommand implements Callable<Integer> {
  @ParentCommand private BenchCommand bench;

  @Parameters(paramLabel = "OUT", description = "The file to write.")
  private String out;

  @Option(
      names = "--type",
      paramLabel = "F16|Q8_0",
      required = true,
      description = "Type of the copy's matrices.")
  private String type;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "Model file, GGUF (default: the model in the project's models/).")
  private String model;

  @Override
  public Integer call() {
    MatrixType matrices = type();
    Path target = ModelOptions.path("OUT", out);
    try (GgufFile file = GgufFile.open(ModelOptions.file(model))) {
      WholeFile copy = new WholeFile("OUT", target);
      if (isSame(file.path(), target)) {
        throw new UsageException("OUT is the model itself; give another file");
      }
      Requantizer requantizer = new Requantizer(file, matrices);
      try (BenchProgress progress = new BenchProgress(bench.streams(), "tensors");
          Interrupts _ = new Interrupts(Thread.currentThread()::interrupt)) {
        copy.write(part -> requantizer.write(part, progress));
      } catch (FailedException | ModelFileException e) {
        // An interrupt closes the files that are under way.
        if (Thread.interrupted()) {
          return Skipstone.INTERRUPTED;
        }
        throw e;
      }
      bench
          .streams()
          .err()
          .println(target + ": " + Figures.bytes(requantizer.size()) + ", matrices in " + matrices);
    }
    return Skipstone.DONE;
  }

  private MatrixType type() {
    try {
      return MatrixType.valueOf(type.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--type is F16 or Q8_0, not '" + type + "'");
    }
  }

  private static boolean isSame(Path source, Path target) {
    try {
      return Files.exists(target) && Files.isSameFile(source, target);
    } catch (IOException e) {
      return false;
    }
  }
}
