package dev.skipstone.model;

import dev.skipstone.model.chat.ChatTemplate;
import dev.skipstone.model.gguf.GgufModel;
import dev.skipstone.model.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A language model on disk: hyper-parameters, tensors, tokenizer and chat template. Immutable and
 * shareable between threads; {@link #close} ends access to the file.
 */
public interface Model extends AutoCloseable {
  /**
   * Opens a model file (GGUF), reading its header and leaving the weights on disk.
   *
   * @throws ModelFileException if it can't be read, is broken, or holds a model that is not
   *     supported
   */
  static Model open(Path file) {
    return GgufModel.open(file);
  }

  /** The file that was opened. */
  Path file();

  /** The model's own name, or the file's name without its extension. */
  String name();

  /** What the model's family is like. */
  Architecture architecture();

  /** The model's sizes, checked against the shapes of its tensors. */
  HyperParameters hyperParameters();

  /** All tensors, in the file's order. */
  List<Tensor> tensors();

  /**
   * A tensor by what it is for, its shape already checked against the hyper-parameters. The output
   * of a model with tied output is its token embedding.
   *
   * @param layer 0-based; ignored for roles outside the layers
   * @throws IndexOutOfBoundsException if there is no such layer
   */
  Tensor tensor(TensorRole role, int layer);

  /** Whether the output projection is the token embedding. */
  boolean tiedOutput();

  /** The file's tokenizer; its ids are the rows of the embedding. */
  Tokenizer tokenizer();

  /** The file's chat template, which is read when it is first rendered; empty without one. */
  Optional<ChatTemplate> chatTemplate();

  /** The file's metadata in the file's order; values are String, Number, Boolean or List. */
  Map<String, Object> metadata();

  /**
   * What tells this model from others, in whatever type its matrices are: the SHA-256, in
   * lower-case hexadecimal digits, of the hyper-parameters, the vocabulary's tokens and every
   * norm's weights as float32. All files of one model have the same, so that what was made for one
   * of them fits the others. Reads some hundred kilobytes, not the matrices.
   *
   * @throws ModelFileException if the file can't be read any more
   */
  default String fingerprint() {
    return ModelFingerprint.of(this);
  }

  /** Ends access to the file, but not mappings of tensors that were made before. */
  @Override
  void close();
}
