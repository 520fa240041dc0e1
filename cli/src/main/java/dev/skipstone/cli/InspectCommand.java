package dev.skipstone.cli;

import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.gguf.GgufFile;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.adapter.DraftAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code skipstone inspect}. */
@Command(
    name = "inspect",
    description =
        "Shows a model file: metadata, architecture, tensors, sizes, and the memory that running it"
            + " takes; or a draft adapter. Nothing is loaded.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  skipstone inspect --model model.gguf",
      "  skipstone inspect --format json --context 8192",
      "  skipstone inspect --model models/model.s3d.safetensors",
      "  skipstone inspect --tensor blk.0.attn_q.weight --raw values.f32"
    })
final class InspectCommand implements Callable<Integer> {
  private static final String SAFETENSORS = ".safetensors";

  @ParentCommand private Skipstone skipstone;

  @Option(names = "--tensor", paramLabel = "NAME", description = "With --raw: this tensor only.")
  private String tensor;

  @Option(
      names = "--raw",
      paramLabel = "OUT",
      description = "Write the tensor's values to this file, as little-endian float32.")
  private String raw;

  @Mixin private ModelOptions models;
  @Mixin private FormatOption format;

  @Override
  public Integer call() throws IOException {
    boolean json = format.json();
    if ((tensor == null) != (raw == null)) {
      throw new UsageException("--tensor and --raw go together: --tensor NAME --raw OUT");
    }
    EngineOptions options = models.engine();
    Path target = raw == null ? null : ModelOptions.path("--raw", raw);
    Path path = models.file();
    if (path.toString().endsWith(SAFETENSORS)) {
      return inspectAdapter(path, target, json);
    }
    if (Files.isDirectory(path)) {
      try (Model model = Model.open(path)) {
        show(target, json, model.tensors(), () -> inspect(model, options), path);
      }
    } else {
      try (GgufFile file = GgufFile.open(path)) {
        show(target, json, file.tensors(), () -> inspect(file, options), path);
      }
    }
    return Skipstone.DONE;
  }

  private void show(
      Path target, boolean json, List<Tensor> tensors, Supplier<Inspection> inspect, Path path)
      throws IOException {
    if (target != null) {
      writeTensor(path, tensors, target, json);
      return;
    }
    Inspection inspection = inspect.get();
    if (json) {
      JsonOutput.line(skipstone.streams().out(), inspection::writeTo);
    } else {
      inspection.print(skipstone.streams().out());
    }
  }

  private int inspectAdapter(Path path, Path target, boolean json) throws IOException {
    try (DraftAdapter adapter = DraftAdapter.open(path)) {
      if (target != null) {
        return writeTensor(path, adapter.tensors(), target, json);
      }
      AdapterInspection inspection = new AdapterInspection(adapter);
      if (json) {
        JsonOutput.line(skipstone.streams().out(), inspection::writeTo);
      } else {
        inspection.print(skipstone.streams().out());
      }
    }
    return Skipstone.DONE;
  }

  private int writeTensor(Path path, List<Tensor> tensors, Path target, boolean json)
      throws IOException {
    Tensor found =
        tensors.stream()
            .filter(candidate -> candidate.name().equals(tensor))
            .findFirst()
            .orElseThrow(() ->
                new FailedException(
                    "%s: no tensor %s; 'skipstone inspect' lists them".formatted(path, tensor)));
    TensorFile.write(found, target, skipstone.streams());
    if (json) {
      JsonOutput.line(
          skipstone.streams().out(), generator -> Inspection.write(generator, found, target));
    }
    return Skipstone.DONE;
  }

  /** A file can hold tensors without being a model that runs here: its tensors are shown too. */
  private static Inspection inspect(GgufFile file, EngineOptions options) {
    String format = "GGUF v" + file.version();
    try (Model model = Model.open(file.path())) {
      return inspection(file.path(), file.size(), format, file.metadata(), model, options);
    } catch (ModelFileException e) {
      return new Inspection(
          file.path(),
          file.size(),
          format,
          file.metadata(),
          file.tensors(),
          null,
          null,
          null,
          null,
          e.getMessage());
    }
  }

  private static Inspection inspect(Model model, EngineOptions options) {
    long bytes = model.tensors().stream().mapToLong(Tensor::byteSize).sum();
    return inspection(model.file(), bytes, "safetensors", model.metadata(), model, options);
  }

  private static Inspection inspection(
      Path path,
      long bytes,
      String format,
      Map<String, Object> metadata,
      Model model,
      EngineOptions options) {
    return new Inspection(
        path,
        bytes,
        format,
        metadata,
        model.tensors(),
        model.name(),
        model.architecture(),
        model.hyperParameters(),
        Engine.plan(model, options),
        null);
  }
}
