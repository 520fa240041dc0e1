package dev.skipstone.model;

import dev.skipstone.model.chat.ChatTemplate;
import dev.skipstone.model.gguf.GgufModel;
import dev.skipstone.model.huggingface.HuggingFaceModel;
import dev.skipstone.model.tokenizer.Tokenizer;
import java.nio.file.Files;
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
   * Opens a GGUF file, or a folder as Hugging Face lays it out ({@code config.json}, {@code
   * model.safetensors}), reading headers and leaving the weights on disk.
   *
   * @throws ModelFileException if it can't be read, is broken, or holds a model that is not
   *     supported
   */
  static Model open(Path file) {
    return Files.isDirectory(file) ? HuggingFaceModel.open(file) : GgufModel.open(file);
  }

  /** The file or folder that was opened. */
  Path file();

  /** The model's own name, or the file's name without its extension. */
  String name();

  /** What the model's family is like. */
  Architecture architecture();

  /** The model's sizes, checked against the shapes of its tensors. */
  HyperParameters hyperParameters();

  /** All tensors as they are stored, in the files' order. */
  List<Tensor> tensors();

  /**
   * A tensor by what it is for, its shape already checked against the hyper-parameters. The output
   * of a model with tied output is its token embedding.
   *
   * @param layer 0-based; ignored for roles outside the layers
   * @throws IndexOutOfBoundsException if there is no such layer
   * @throws IllegalArgumentException if the model has no tensor of this role
   */
  default Tensor tensor(TensorRole role, int layer) {
    return find(role, layer)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "%s has no %s in layer %d".formatted(name(), role, layer)));
  }

  /** As {@link #tensor}; empty where the model has no tensor of this role, as some have no bias. */
  Optional<Tensor> find(TensorRole role, int layer);

  /** Whether the output projection is the token embedding. */
  boolean tiedOutput();

  /**
   * The model's tokenizer; its ids are the rows of the embedding. Where there is none, or one of a
   * kind that is not supported, all that takes or gives text throws a {@link ModelFileException}.
   */
  Tokenizer tokenizer();

  /** The file's chat template, which is read when it is first rendered; empty without one. */
  Optional<ChatTemplate> chatTemplate();

  /**
   * The file's metadata, or a folder's configuration, in the file's order; values are String,
   * Number, Boolean or List.
   */
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
