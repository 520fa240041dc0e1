package dev.skipstone.model.convert;

import dev.skipstone.model.Architecture;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.chat.ChatTemplate;
import dev.skipstone.model.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model with its matrices in another type: each is encoded when it is read, which takes memory
 * for that one until its mapping is let go. What the files hold ({@link #tensors}, {@link
 * #metadata}) stays what it is. Never better than its source.
 */
public final class QuantizedModel implements Model {
  private final Model source;
  private final MatrixType type;

  /**
   * @param source closed with this
   */
  public QuantizedModel(Model source, MatrixType type) {
    this.source = source;
    this.type = type;
  }

  /** What its matrices become. */
  public MatrixType matrices() {
    return type;
  }

  @Override
  public Optional<Tensor> find(TensorRole role, int layer) {
    return source.find(role, layer).map(tensor -> encoded(role, tensor));
  }

  private Tensor encoded(TensorRole role, Tensor tensor) {
    boolean output =
        role == TensorRole.OUTPUT || (role == TensorRole.TOKEN_EMBEDDING && tiedOutput());
    TensorType wanted = type.of(tensor, output);
    return tensor.shape().size() < 2 || tensor.type() == wanted
        ? tensor
        : new EncodedTensor(file(), tensor, wanted);
  }

  @Override
  public Path file() {
    return source.file();
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public Architecture architecture() {
    return source.architecture();
  }

  @Override
  public HyperParameters hyperParameters() {
    return source.hyperParameters();
  }

  @Override
  public List<Tensor> tensors() {
    return source.tensors();
  }

  @Override
  public boolean tiedOutput() {
    return source.tiedOutput();
  }

  @Override
  public Tokenizer tokenizer() {
    return source.tokenizer();
  }

  @Override
  public Optional<ChatTemplate> chatTemplate() {
    return source.chatTemplate();
  }

  @Override
  public Map<String, Object> metadata() {
    return source.metadata();
  }

  @Override
  public String fingerprint() {
    return source.fingerprint();
  }

  @Override
  public void close() {
    source.close();
  }
}
