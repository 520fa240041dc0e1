package dev.skipstone.model.gguf;

import dev.skipstone.model.Architecture;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import dev.skipstone.model.chat.ChatTemplate;
import dev.skipstone.model.chat.JinjaChatTemplate;
import dev.skipstone.model.chat.LazyChatTemplate;
import dev.skipstone.model.family.Families;
import dev.skipstone.model.family.Family;
import dev.skipstone.model.family.TensorTable;
import dev.skipstone.model.tokenizer.GgufTokenizers;
import dev.skipstone.model.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A model in a GGUF file. */
public final class GgufModel implements Model {
  private static final String ARCHITECTURE_KEY = "general.architecture";
  private static final String TEMPLATE_KEY = "tokenizer.chat_template";

  private final GgufFile file;
  private final String name;
  private final Architecture architecture;
  private final HyperParameters hyperParameters;
  private final TensorTable tensors;
  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> chatTemplate;
  private volatile String fingerprint;

  private GgufModel(GgufFile file) {
    this.file = file;
    MetadataValues values = new MetadataValues(file);
    String key = values.text(ARCHITECTURE_KEY);
    Family family = family(values, key);
    this.architecture = new Architecture(family.name(), family.ggufRope(), family.activation());
    this.name =
        values
            .optionalText("general.name")
            .filter(text -> !text.isBlank())
            .orElseGet(() -> baseName(file.path()));
    this.tensors = new TensorTable(file.path(), family, family.ggufTensors(), Set.of(), 0);
    file.tensors().forEach(tensor -> tensors.add(file.path(), tensor.name(), tensor));
    this.hyperParameters =
        new ParameterReader(file, values, family, key).read(tensors.vocabulary());
    tensors.check(hyperParameters, RopeReader.TENSORS);
    this.tokenizer =
        GgufTokenizers.read(file.path(), file.metadata(), hyperParameters.vocabulary());
    this.chatTemplate = chatTemplate(file, values, tokenizer);
  }

  /**
   * Opens a model.
   *
   * @throws ModelFileException if the file is no sound GGUF file, or holds a model that is not
   *     supported
   */
  public static Model open(Path path) {
    GgufFile file = GgufFile.open(path);
    try {
      return new GgufModel(file);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  /** The file with its header. */
  public GgufFile gguf() {
    return file;
  }

  @Override
  public Path file() {
    return file.path();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Architecture architecture() {
    return architecture;
  }

  @Override
  public HyperParameters hyperParameters() {
    return hyperParameters;
  }

  @Override
  public List<Tensor> tensors() {
    return file.tensors();
  }

  @Override
  public Optional<Tensor> find(TensorRole role, int layer) {
    return tensors.find(role, layer);
  }

  @Override
  public boolean tiedOutput() {
    return tensors.tiedOutput();
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public Optional<ChatTemplate> chatTemplate() {
    return chatTemplate;
  }

  @Override
  public Map<String, Object> metadata() {
    return file.metadata();
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
    file.close();
  }

  private static Family family(MetadataValues values, String name) {
    return Families.inGguf(name)
        .orElseThrow(() ->
            values.error(
                ARCHITECTURE_KEY,
                "the architecture %s is not supported; supported: %s"
                    .formatted(name, String.join(", ", Families.ggufNames()))));
  }

  private static Optional<ChatTemplate> chatTemplate(
      GgufFile file, MetadataValues values, Tokenizer tokenizer) {
    if (!values.has(TEMPLATE_KEY)) {
      return Optional.empty();
    }
    return Optional.of(
        new LazyChatTemplate(() ->
            JinjaChatTemplate.parse(
                file.path(),
                values.text(TEMPLATE_KEY),
                token(values, tokenizer, "tokenizer.ggml.bos_token_id"),
                token(values, tokenizer, "tokenizer.ggml.eos_token_id"))));
  }

  /** The text of a token that the metadata names; empty where they don't. */
  private static String token(MetadataValues values, Tokenizer tokenizer, String key) {
    if (!values.has(key)) {
      return "";
    }
    int id = values.count(key).orElseThrow();
    if (id >= tokenizer.vocabularySize()) {
      throw values.error(key, "there is no token " + id);
    }
    return tokenizer.token(id);
  }

  private static String baseName(Path path) {
    String name = path.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
