package dev.skipstone.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.testing.Encoder;
import dev.skipstone.model.testing.GgufKind;
import dev.skipstone.model.testing.GgufWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** What the writer writes, the reader reads. */
final class GgufRoundTripTest {
  /**
   * A metadata value.
   *
   * @param written as the writer takes it
   * @param read as the reader gives it
   */
  record Value(GgufKind kind, Object written, Object read) {}

  @Property(tries = 200)
  void metadataComeBack(@ForAll @Size(max = 12) List<@From("values") Value> values)
      throws IOException {
    GgufWriter writer = new GgufWriter();
    for (int i = 0; i < values.size(); i++) {
      writer.put("key " + i, values.get(i).kind(), values.get(i).written());
    }
    Path path = Files.createTempFile("metadata", ".gguf");
    try (GgufFile file = GgufFile.open(writer.write(path))) {
      assertThat(List.copyOf(file.metadata().values()))
          .isEqualTo(values.stream().map(Value::read).toList());
      assertThat(List.copyOf(file.metadata().keySet()))
          .isEqualTo(IntStream.range(0, values.size()).mapToObj(i -> "key " + i).toList());
    } finally {
      Files.delete(path);
    }
  }

  @Property(tries = 100)
  void tensorsComeBack(@ForAll @Size(min = 1, max = 6) List<TensorType> types, @ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    GgufWriter writer = new GgufWriter().alignment(1 << random.nextInt(8));
    List<byte[]> encoded = new ArrayList<>();
    for (TensorType type : types) {
      int rows = 1 + random.nextInt(4);
      int columns = type.blockSize() * (1 + random.nextInt(4));
      float[] values = new float[rows * columns];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      encoded.add(Encoder.encode(type, values));
      writer.tensor("tensor " + encoded.size(), type, values, rows, columns);
    }
    Path path = Files.createTempFile("tensors", ".gguf");
    try (GgufFile file = GgufFile.open(writer.write(path));
        Arena arena = Arena.ofConfined()) {
      for (int i = 0; i < types.size(); i++) {
        Tensor tensor = file.tensors().get(i);
        assertThat(tensor.type()).isEqualTo(types.get(i));
        assertThat(tensor.map(arena).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(encoded.get(i));
      }
    } finally {
      Files.delete(path);
    }
  }

  @Provide
  Arbitrary<Value> values() {
    return Arbitraries.lazyOf(this::scalars, this::strings, this::arrays);
  }

  private Arbitrary<Value> scalars() {
    return Arbitraries.of(GgufKind.values())
        .filter(kind -> kind != GgufKind.STRING && kind != GgufKind.ARRAY)
        .flatMap(kind -> Arbitraries.longs().map(bits -> scalar(kind, bits)));
  }

  private Arbitrary<Value> strings() {
    return Arbitraries.strings()
        .excludeChars(surrogates())
        .map(text -> new Value(GgufKind.STRING, text, text));
  }

  private Arbitrary<Value> arrays() {
    return Arbitraries.lazyOf(this::scalars, this::strings)
        .flatMap(first ->
            Arbitraries.integers()
                .between(0, 9)
                .map(count ->
                    new Value(
                        GgufKind.ARRAY,
                        new GgufWriter.Array(
                            first.kind(), Collections.nCopies(count, first.written())),
                        Collections.nCopies(count, first.read()))));
  }

  private static char[] surrogates() {
    char[] all = new char[Character.MAX_SURROGATE - Character.MIN_SURROGATE + 1];
    for (int i = 0; i < all.length; i++) {
      all[i] = (char) (Character.MIN_SURROGATE + i);
    }
    return all;
  }

  private static Value scalar(GgufKind kind, long bits) {
    Object read =
        switch (kind) {
          case UINT8 -> (int) (bits & 0xff);
          case INT8 -> (int) (byte) bits;
          case UINT16 -> (int) (bits & 0xffff);
          case INT16 -> (int) (short) bits;
          case UINT32 -> bits & 0xffff_ffffL;
          case INT32 -> (int) bits;
          case INT64 -> bits;
          case UINT64 ->
              bits >= 0
                  ? (Object) bits
                  : BigInteger.valueOf(bits).add(BigInteger.ONE.shiftLeft(64));
          case FLOAT32 -> (float) bits;
          case FLOAT64 -> (double) bits;
          case BOOL -> (bits & 1) == 1;
          case STRING, ARRAY -> throw new IllegalArgumentException(kind.toString());
        };
    Object written =
        switch (kind) {
          case BOOL, FLOAT32, FLOAT64 -> read;
          default -> bits;
        };
    return new Value(kind, written, read);
  }
}
