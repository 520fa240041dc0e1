package dev.skipstone.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.skipstone.model.Tensor;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How many values there are in each type.
 *
 * @param types the one with the most bytes first
 */
record TensorTypes(List<Share> types) {
  /**
   * The tensors of a type.
   *
   * @param bytes of those whose size is known
   */
  record Share(String type, long tensors, long values, long bytes) {}

  static TensorTypes of(List<Tensor> tensors) {
    return new TensorTypes(
        tensors.stream().collect(Collectors.groupingBy(Tensor::typeName)).entrySet().stream()
            .map(entry -> share(entry.getKey(), entry.getValue()))
            .sorted(Comparator.comparingLong(Share::bytes).reversed().thenComparing(Share::type))
            .toList());
  }

  private static Share share(String type, List<Tensor> tensors) {
    return new Share(
        type,
        tensors.size(),
        tensors.stream().mapToLong(tensor -> tensor.rows() * tensor.columns()).sum(),
        tensors.stream()
            .mapToLong(Tensor::byteSize)
            .filter(bytes -> bytes != Tensor.UNKNOWN_SIZE)
            .sum());
  }

  /** Values of all tensors. */
  long parameters() {
    return types.stream().mapToLong(Share::values).sum();
  }

  void writeTo(JsonGenerator json) throws IOException {
    json.writeNumberField("parameters", parameters());
    json.writeArrayFieldStart("types");
    for (Share share : types) {
      json.writeStartObject();
      json.writeStringField("type", share.type());
      json.writeNumberField("tensors", share.tensors());
      json.writeNumberField("parameters", share.values());
      json.writeNumberField("bytes", share.bytes());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  @Override
  public String toString() {
    String shares =
        types.stream()
            .map(share ->
                "%s %s in %s"
                    .formatted(
                        share.type(),
                        Figures.bytes(share.bytes()),
                        Figures.count(share.tensors(), "tensor")))
            .collect(Collectors.joining(", "));
    return Figures.format("%.1f million parameters: %s", parameters() / 1e6, shares);
  }
}
