package dev.skipstone.model.convert;

import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A type that a model's matrices can be put into. Vectors become float32 with each. */
public enum MatrixType {
  /** IEEE 754 binary16. */
  F16(TensorType.F16, 1),
  /** Codes of 8 bits. */
  Q8_0(TensorType.Q8_0, 7),
  /** Codes of 4 bits; the output, which suffers most from them, becomes Q8_0. */
  Q4_0(TensorType.Q4_0, 2);

  private final TensorType type;
  private final int fileType;

  MatrixType(TensorType type, int fileType) {
    this.type = type;
    this.fileType = fileType;
  }

  /** By its name in any case. */
  public static Optional<MatrixType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equalsIgnoreCase(name)).findFirst();
  }

  /** The names of all, as on a command line. */
  public static String names() {
    return Arrays.stream(values())
        .map(type -> type.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  /** What {@code general.file_type} says of a file whose matrices are mostly of this type. */
  int fileType() {
    return fileType;
  }

  /**
   * What a tensor becomes. Matrices whose rows are not whole blocks become F16.
   *
   * @param output whether it makes the logits
   */
  TensorType of(Tensor tensor, boolean output) {
    if (tensor.shape().size() < 2) {
      return TensorType.F32;
    }
    TensorType wanted = output && this == Q4_0 ? TensorType.Q8_0 : type;
    return tensor.columns() % wanted.blockSize() == 0 ? wanted : TensorType.F16;
  }
}
