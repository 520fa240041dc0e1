package dev.skipstone.model;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a tensor's values are encoded. A row is a sequence of blocks that are decoded by themselves.
 * The quantized types are those of GGML; {@link #quantization} tells how they are built.
 */
public enum TensorType {
  /** IEEE 754 binary32. */
  F32(0, 4, new F32Decoder()),
  /** IEEE 754 binary16. */
  F16(1, 2, new F16Decoder()),
  /** Codes of 4 bits around zero. */
  Q4_0(2, 32, 18, new Quantization(32, -8, 7, false), new Q4x0Codes()),
  /** Codes of 4 bits over a minimum. */
  Q4_1(3, 32, 20, new Quantization(32, 0, 15, true), new Q4x1Codes()),
  /** Codes of 5 bits around zero. */
  Q5_0(6, 32, 22, new Quantization(32, -16, 15, false), new Q5x0Codes()),
  /** Codes of 5 bits over a minimum. */
  Q5_1(7, 32, 24, new Quantization(32, 0, 31, true), new Q5x1Codes()),
  /** Codes of 8 bits, signed. */
  Q8_0(8, 32, 34, new Quantization(32, -128, 127, false), new Q8x0Codes()),
  /** Codes of 2 bits over a minimum. */
  Q2_K(10, 256, 84, new Quantization(16, 0, 3, true), new Q2KCodes()),
  /** Codes of 3 bits around zero. */
  Q3_K(11, 256, 110, new Quantization(16, -4, 3, false), new Q3KCodes()),
  /** Codes of 4 bits over a minimum. */
  Q4_K(12, 256, 144, new Quantization(32, 0, 15, true), new Q4KCodes()),
  /** Codes of 5 bits over a minimum. */
  Q5_K(13, 256, 176, new Quantization(32, 0, 31, true), new Q5KCodes()),
  /** Codes of 6 bits around zero. */
  Q6_K(14, 256, 210, new Quantization(16, -32, 31, false), new Q6KCodes()),
  /** 16 uneven codes. */
  IQ4_NL(20, 32, 18, Quantization.of(32, Iq4NlCodes.LEVELS), new Iq4NlCodes()),
  /** 16 uneven codes, with smaller scales. */
  IQ4_XS(23, 256, 136, Quantization.of(32, Iq4NlCodes.LEVELS), new Iq4XsCodes()),
  /** The upper half of a binary32. */
  BF16(30, 2, new Bf16Decoder());

  private final int ggufId;
  private final int blockSize;
  private final int blockBytes;

  @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
  private final Quantization quantization;

  @SuppressWarnings("ImmutableEnumChecker") // readers have no state
  private final CodeReader reader;

  @SuppressWarnings("ImmutableEnumChecker") // decoders have no state
  private final BlockDecoder decoder;

  TensorType(int ggufId, int valueBytes, BlockDecoder decoder) {
    this.ggufId = ggufId;
    blockSize = 1;
    blockBytes = valueBytes;
    quantization = null;
    reader = null;
    this.decoder = decoder;
  }

  TensorType(
      int ggufId, int blockSize, int blockBytes, Quantization quantization, CodeReader reader) {
    this.ggufId = ggufId;
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
    this.quantization = quantization;
    this.reader = reader;
    decoder = new CodeDecoder(blockSize, blockBytes, quantization, reader);
  }

  /** The type of a number in GGUF; empty where it is none of these. */
  public static Optional<TensorType> ofGgufId(int ggufId) {
    return Arrays.stream(values()).filter(type -> type.ggufId == ggufId).findFirst();
  }

  /** The names of all types, for messages. */
  public static String names() {
    return Arrays.stream(values()).map(TensorType::name).collect(Collectors.joining(", "));
  }

  /** The type's number in GGUF. */
  public int ggufId() {
    return ggufId;
  }

  /** Values in a block; a row holds a whole number of blocks. */
  public int blockSize() {
    return blockSize;
  }

  /** Bytes of a block. */
  public int blockBytes() {
    return blockBytes;
  }

  /**
   * Decodes whole blocks to float32: exactly the values that the encoding stands for.
   *
   * @param source encoded blocks, the first at its start
   * @param firstBlock the block to start with
   * @param target receives {@code blocks * blockSize()} values from {@code targetOffset}
   * @throws IndexOutOfBoundsException if {@code source} or {@code target} is too small
   */
  public void decode(
      MemorySegment source, long firstBlock, int blocks, float[] target, int targetOffset) {
    long sourceBlocks = source.byteSize() / blockBytes;
    Objects.checkFromIndexSize(firstBlock, blocks, sourceBlocks);
    Objects.checkFromIndexSize((long) targetOffset, (long) blocks * blockSize, target.length);
    decoder.decode(source, firstBlock * blockBytes, blocks, target, targetOffset);
  }

  /**
   * Encodes float32 values as whole blocks, rounded as GGML's reference does.
   *
   * @param values the first block's from {@code from} on
   * @param target receives {@code blocks * blockBytes()} bytes from its start
   * @throws IllegalArgumentException if there is no encoder for the type: there are those for F32,
   *     F16, BF16, Q8_0 and Q4_0
   * @throws ArithmeticException if the type can't hold a value, as F16 can't hold 1e5
   * @throws IndexOutOfBoundsException if {@code values} or {@code target} is too small
   */
  public void encode(float[] values, int from, int blocks, byte[] target) {
    BlockEncoder encoder = BlockEncoder.of(this);
    for (int b = 0; b < blocks; b++) {
      encoder.encode(values, from + b * blockSize, target, b * blockBytes);
    }
  }

  /** How values are made of codes; empty for floats. */
  public Optional<Quantization> quantization() {
    return Optional.ofNullable(quantization);
  }

  /**
   * Takes blocks of a quantized type apart, for those who compute with codes.
   *
   * @param source encoded blocks from its start
   * @param codes receives {@code blocks * blockSize()} codes, from {@link Quantization#lowest} to
   *     {@link Quantization#highest}
   * @param scales receives one for each group
   * @param minima likewise, where the type has any; else left as it is
   * @throws IndexOutOfBoundsException if an array is too small
   * @throws IllegalStateException if the type is not quantized
   */
  public void readCodes(byte[] source, int blocks, byte[] codes, float[] scales, float[] minima) {
    if (reader == null) {
      throw new IllegalStateException(this + " has no codes");
    }
    int groups = blockSize / quantization.groupSize();
    for (int b = 0; b < blocks; b++) {
      reader.read(source, b * blockBytes, codes, b * blockSize, scales, minima, b * groups);
    }
  }
}
