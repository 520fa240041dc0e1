package dev.skipstone.model.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skipstone.model.Architecture;
import dev.skipstone.model.Architecture.RopePairing;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import dev.skipstone.model.chat.ChatTemplate;
import dev.skipstone.model.chat.HuggingFaceTemplates;
import dev.skipstone.model.family.Families;
import dev.skipstone.model.family.Family;
import dev.skipstone.model.family.TensorTable;
import dev.skipstone.model.tokenizer.GgufTokenizerKeys;
import dev.skipstone.model.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A model in a folder as Hugging Face lays it out. */
public final class HuggingFaceModel implements Model {
  private static final String TYPE = "model_type";
  private static final String TEXT = "text_config";
  private static final String TIED = "tie_word_embeddings";
  private static final String OUTPUT = "lm_head.weight";

  private final HuggingFaceFolder files;
  private final Path folder;
  private final Checkpoint checkpoint;
  private final ObjectNode config;
  private final Family family;
  private final Architecture architecture;
  private final HyperParameters hyperParameters;
  private final TensorTable tensors;
  private final boolean tiedOutput;
  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> chatTemplate;
  private volatile String fingerprint;

  private HuggingFaceModel(HuggingFaceFolder files) {
    this.files = files;
    folder = files.path();
    config = files.config();
    checkpoint = files.checkpoint();
    Path file = folder.resolve(HuggingFaceFolder.CONFIG);
    family = family(new ConfigValues(file, "", config, Map.of()));
    ConfigValues values = values(file, family);
    ConfigReader reader = new ConfigReader(values, family);
    architecture = new Architecture(family.name(), RopePairing.HALVES, reader.activation());
    tensors =
        new TensorTable(
            folder, family, family.configTensors(), reader.biases(), family.normOffset());
    checkpoint.addTo(tensors);
    hyperParameters = reader.read(tensors.vocabulary(), tensors.size());
    tensors.check(hyperParameters, unused());
    tiedOutput = tied(values);
    tokenizer = new FolderTokenizer(folder, config).read(hyperParameters.vocabulary());
    chatTemplate = HuggingFaceTemplates.open(folder);
  }

  /**
   * Opens a folder with {@code config.json} and {@code model.safetensors}, or its shards with their
   * index.
   *
   * @throws ModelFileException if a file is missing or broken, or the model is not supported
   */
  public static Model open(Path folder) {
    HuggingFaceFolder files = HuggingFaceFolder.open(folder);
    try {
      return new HuggingFaceModel(files);
    } catch (Throwable e) {
      files.close();
      throw e;
    }
  }

  private static Family family(ConfigValues values) {
    String type = values.text(TYPE);
    return Families.inConfig(type)
        .orElseThrow(() ->
            values.error(
                TYPE,
                "the architecture %s is not supported; supported: %s"
                    .formatted(type, String.join(", ", Families.configNames()))));
  }

  /** Those of the text's part, where the model has others. */
  private ConfigValues values(Path file, Family family) {
    JsonNode text = config.path(TEXT);
    return text instanceof ObjectNode object
        ? new ConfigValues(file, TEXT + ".", object, family.configDefaults())
        : new ConfigValues(file, "", config, family.configDefaults());
  }

  /** Frequencies that old checkpoints have, although they follow from the configuration. */
  private Set<String> unused() {
    Set<String> names = new HashSet<>();
    for (Tensor tensor : checkpoint.tensors()) {
      if (tensor.name().endsWith(".rotary_emb.inv_freq")) {
        names.add(tensor.name());
      }
    }
    return names;
  }

  private boolean tied(ConfigValues values) {
    boolean own = !tensors.tiedOutput();
    boolean tied = values.flag(TIED, config.path(TIED).asBoolean(!own));
    if (!tied && !own) {
      throw new ModelFileException(
          folder,
          "tensor " + OUTPUT,
          ModelFileException.NO_OFFSET,
          "the files lack it, and %s is false".formatted(TIED));
    }
    return tied;
  }

  @Override
  public Path file() {
    return folder;
  }

  @Override
  public String name() {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return name == null ? folder.toString() : name.toString();
  }

  @Override
  public Architecture architecture() {
    return architecture;
  }

  /** What the model's files don't say of themselves. */
  public Family family() {
    return family;
  }

  /**
   * The tokenizer as metadata of a GGUF file.
   *
   * @throws ModelFileException if there is none, or one that is not supported
   */
  public GgufTokenizerKeys tokenizerKeys() {
    return new FolderTokenizer(folder, config).keys(hyperParameters.vocabulary());
  }

  /** The files that the weights are in. */
  public List<Path> weightFiles() {
    return checkpoint.files();
  }

  @Override
  public HyperParameters hyperParameters() {
    return hyperParameters;
  }

  @Override
  public List<Tensor> tensors() {
    return checkpoint.tensors();
  }

  @Override
  public Optional<Tensor> find(TensorRole role, int layer) {
    return tensors.find(
        role == TensorRole.OUTPUT && tiedOutput ? TensorRole.TOKEN_EMBEDDING : role, layer);
  }

  @Override
  public boolean tiedOutput() {
    return tiedOutput;
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public Optional<ChatTemplate> chatTemplate() {
    return chatTemplate;
  }

  /** The configuration; keys of objects in it stand behind theirs and a dot. */
  @Override
  public Map<String, Object> metadata() {
    return files.metadata();
  }

  @Override
  public String fingerprint() {
    if (fingerprint == null) {
      fingerprint = Model.super.fingerprint();
    }
    return fingerprint;
  }

  @Override
  public void close() {
    files.close();
  }
}
