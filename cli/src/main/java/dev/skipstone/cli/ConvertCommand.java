package dev.skipstone.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.convert.GgufConversion;
import dev.skipstone.model.convert.MatrixType;
import dev.skipstone.model.gguf.GgufModel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code skipstone convert}. */
@Command(
    name = "convert",
    description = {
      "Writes a model as a GGUF file, with its tokenizer and chat template, for Skipstone and"
          + " llama.cpp: a Hugging Face folder, or a GGUF file in another type.",
      "The file is made in OUT.part and takes its place when it is whole. A conversion that was"
          + " ended goes on when it is given again."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  skipstone convert --model FOLDER model-f16.gguf --quantize f16",
      "  skipstone convert --model owner/name model-q8_0.gguf --quantize q8_0",
      "  skipstone convert --model model-f16.gguf model-q4_0.gguf --quantize q4_0"
    })
final class ConvertCommand implements Callable<Integer> {
  private static final int KIBIBYTE = 1024;

  @ParentCommand private Skipstone parent;

  @Parameters(paramLabel = "OUT", description = "The GGUF file to write.")
  private String out;

  @Option(
      names = "--model",
      paramLabel = "FILE|DIR",
      description =
          "Model: a GGUF file, a Hugging Face folder, or owner/name[:FILE] as it was pulled from"
              + " the hub (default: the model in the project's models/).")
  private String model;

  @Mixin private QuantizeOption quantize;

  @Option(names = "--overwrite", description = "Replace OUT where it is there already.")
  private boolean overwrite;

  @Mixin private FormatOption format;

  @Override
  public Integer call() throws IOException {
    boolean json = format.json();
    Optional<MatrixType> type = quantize.matrices();
    Path target = ModelOptions.path("OUT", out);
    new WholeFile("OUT", target);
    if (Files.exists(target) && !overwrite) {
      throw exists(target);
    }
    try (Model opened = Model.open(ModelOptions.file(model))) {
      if (opened instanceof GgufModel && type.isEmpty()) {
        throw new UsageException(
            "the model is a GGUF file already; --quantize says what its matrices are to become");
      }
      GgufConversion conversion = GgufConversion.of(opened, type);
      conversion.notes().forEach(parent.streams().err()::println);
      long from = write(conversion, target);
      if (from < 0) {
        return Skipstone.INTERRUPTED;
      }
      report(json, conversion, target, from, type);
    }
    return Skipstone.DONE;
  }

  /** Returns the bytes that were there from before; -1 where Ctrl-C ended it. */
  private long write(GgufConversion conversion, Path target) throws IOException {
    PrintStream err = parent.streams().err();
    // The bar counts in kibibytes: an int holds them for any model.
    try (LongProgress bar = new LongProgress(parent.streams(), "KiB", 0);
        Interrupts _ = new Interrupts(Thread.currentThread()::interrupt)) {
      return conversion.write(
          target,
          overwrite,
          (done, total, tensor) ->
              bar.report(
                  (int) (done / KIBIBYTE),
                  (int) (total / KIBIBYTE),
                  tensor.isEmpty() ? target.getFileName().toString() : tensor));
    } catch (FileAlreadyExistsException e) {
      throw exists(target);
    } catch (IOException | ModelFileException e) {
      // An interrupt closes the files that are under way.
      if (Thread.interrupted()) {
        err.println("interrupted: the same command goes on from here");
        return -1;
      }
      throw e;
    }
  }

  private static FailedException exists(Path target) {
    return new FailedException(target + ": is there already; --overwrite replaces it");
  }

  private void report(
      boolean json, GgufConversion conversion, Path target, long from, Optional<MatrixType> type)
      throws IOException {
    if (json) {
      JsonOutput.line(
          parent.streams().out(), generator -> write(generator, conversion, target, from));
      return;
    }
    parent
        .streams()
        .err()
        .println(
            "%s: %s%s%s"
                .formatted(
                    target,
                    Figures.bytes(conversion.size()),
                    type.map(matrices -> ", matrices in " + matrices).orElse(""),
                    from > 0 ? ", gone on with at " + Figures.bytes(from) : ""));
  }

  private static void write(JsonGenerator json, GgufConversion conversion, Path target, long from)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("file", target.toString());
    json.writeNumberField("bytes", conversion.size());
    json.writeNumberField("resumed_at", from);
    json.writeArrayFieldStart("notes");
    for (String note : conversion.notes()) {
      json.writeString(note);
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
