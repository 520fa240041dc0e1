package dev.skipstone.cli;

import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.gguf.GgufFile;
import dev.skipstone.model.huggingface.HuggingFaceFolder;
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
        "Shows a model: family, parameters, types, sizes, the memory that it takes on each backend, why"
            + " it does not run where it doesn't, metadata and tensors; or a draft adapter. Nothing is"
            + " loaded.",
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
      try (HuggingFaceFolder folder = HuggingFaceFolder.open(path)) {
        long bytes = folder.tensors().stream().mapToLong(Tensor::byteSize).sum();
        show(
            target,
            json,
            folder.tensors(),
            () -> inspect(path, bytes, "safetensors", folder.metadata(), folder.tensors(), options),
            path);
      }
    } else {
      try (GgufFile file = GgufFile.open(path)) {
        String format = "GGUF v" + file.version();
        show(
            target,
            json,
            file.tensors(),
            () -> inspect(path, file.size(), format, file.metadata(), file.tensors(), options),
            path);
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
  private Inspection inspect(
      Path path,
      long bytes,
      String format,
      Map<String, Object> metadata,
      List<Tensor> tensors,
      EngineOptions options) {
    try (Model model = models.open()) {
      ModelInspection inspection = ModelInspection.of(model, options);
      return new Inspection(
          path, bytes, format, metadata, tensors, inspection, inspection.problem());
    } catch (ModelFileException e) {
      return new Inspection(path, bytes, format, metadata, tensors, null, e.getMessage());
    }
  }
}
