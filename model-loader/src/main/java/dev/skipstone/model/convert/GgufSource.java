package dev.skipstone.model.convert;

import dev.skipstone.model.Model;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.chat.HuggingFaceTemplates;
import dev.skipstone.model.gguf.GgufHeaderWriter;
import dev.skipstone.model.gguf.GgufModel;
import dev.skipstone.model.huggingface.HuggingFaceModel;
import dev.skipstone.model.tokenizer.GgufTokenizerKeys;
import dev.skipstone.model.tokenizer.MissingTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a GGUF file is made of. */
sealed interface GgufSource {
  /** What makes the logits, where it is not the embedding. */
  String OUTPUT = "output.weight";

  /** What makes the logits where there is no output. */
  String EMBEDDING = "token_embd.weight";

  String FILE_TYPE = "general.file_type";
  String QUANTIZATION_VERSION = "general.quantization_version";

  /** Of GGML's blocks, as all that reads them takes them to be. */
  int VERSION = 2;

  Model model();

  /** The files that the values come from. */
  List<Path> inputs();

  /** What the file lacks, or others will read otherwise. */
  List<String> notes();

  int alignment();

  /** In their order in the file, by their names there. */
  Map<String, Tensor> tensors();

  void writeMetadata(GgufHeaderWriter writer, Optional<MatrixType> type);

  /** What a tensor becomes. */
  default TensorType typeOf(String name, Tensor tensor, Optional<MatrixType> type) {
    boolean output = name.equals(model().tiedOutput() ? EMBEDDING : OUTPUT);
    return type.map(wanted -> wanted.of(tensor, output))
        .orElseGet(() -> tensor.shape().size() < 2 ? TensorType.F32 : tensor.type());
  }

  /** Another GGUF file: its metadata as it is, but for what they say of the types. */
  record OfGguf(GgufModel model) implements GgufSource {
    @Override
    public List<Path> inputs() {
      return List.of(model.file());
    }

    @Override
    public List<String> notes() {
      return List.of();
    }

    @Override
    public int alignment() {
      return model.gguf().alignment();
    }

    @Override
    public Map<String, Tensor> tensors() {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      model.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
      return tensors;
    }

    @Override
    public void writeMetadata(GgufHeaderWriter writer, Optional<MatrixType> type) {
      for (String key : model.metadata().keySet()) {
        if (key.equals(FILE_TYPE) && type.isPresent()) {
          writer.put(key, type.get().fileType());
        } else {
          writer.copy(model.gguf(), key);
        }
      }
      if (type.isPresent() && !model.metadata().containsKey(QUANTIZATION_VERSION)) {
        writer.put(QUANTIZATION_VERSION, VERSION);
      }
    }
  }

  /** A folder as Hugging Face lays it out. */
  final class OfFolder implements GgufSource {
    private static final int ALIGNMENT = 32;

    private final HuggingFaceModel model;
    private final ArchitectureKeys architecture;
    private final Optional<GgufTokenizerKeys> tokenizer;
    private final List<String> notes;

    OfFolder(HuggingFaceModel model) {
      this.model = model;
      architecture = new ArchitectureKeys(model);
      notes = new ArrayList<>(architecture.notes());
      if (model.tokenizer() instanceof MissingTokenizer missing) {
        tokenizer = Optional.empty();
        notes.add("the file has no tokenizer: " + missing.problem().getMessage());
      } else {
        tokenizer = Optional.of(model.tokenizerKeys());
        tokenizer.flatMap(GgufTokenizerKeys::note).ifPresent(notes::add);
      }
    }

    @Override
    public Model model() {
      return model;
    }

    @Override
    public List<Path> inputs() {
      return model.weightFiles();
    }

    @Override
    public List<String> notes() {
      return notes;
    }

    @Override
    public int alignment() {
      return ALIGNMENT;
    }

    @Override
    public Map<String, Tensor> tensors() {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      architecture.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
      tensors.putAll(new CheckpointTensors(model).byName());
      return tensors;
    }

    @Override
    public void writeMetadata(GgufHeaderWriter writer, Optional<MatrixType> type) {
      writer.put("general.architecture", model.family().inGguf().name());
      writer.put("general.type", "model");
      writer.put("general.name", model.name());
      type.ifPresent(matrices -> writer.put(FILE_TYPE, matrices.fileType()));
      writer.put(QUANTIZATION_VERSION, VERSION);
      writer.putAll(architecture.keys());
      tokenizer.ifPresentOrElse(
          keys -> writer.putAll(keys.keys()), () -> writer.put("tokenizer.ggml.model", "none"));
      HuggingFaceTemplates.source(model.file())
          .ifPresent(template -> writer.put("tokenizer.chat_template", template));
    }
  }
}
