package dev.skipstone.model;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a tensor's values are encoded. A row is a sequence of blocks that are decoded by themselves;
 * in the quantized types a block has one float16 scale d.
 */
public enum TensorType {
  /** IEEE 754 binary32. */
  F32(0, 1, 4, new F32Decoder()),
  /** IEEE 754 binary16. */
  F16(1, 1, 2, new F16Decoder()),
  /** d (q - 8), with q of 4 bits. */
  Q4_0(2, 32, 18, new Q4x0Decoder()),
  /** d q + m, with q of 4 bits and a float16 minimum m for each block. */
  Q4_1(3, 32, 20, new Q4x1Decoder()),
  /** d q, with q of 8 bits, signed. */
  Q8_0(8, 32, 34, new Q8x0Decoder()),
  /** The upper half of a binary32. */
  BF16(30, 1, 2, new Bf16Decoder());

  private final int ggufId;
  private final int blockSize;
  private final int blockBytes;

  @SuppressWarnings("ImmutableEnumChecker") // decoders have no state
  private final BlockDecoder decoder;

  TensorType(int ggufId, int blockSize, int blockBytes, BlockDecoder decoder) {
    this.ggufId = ggufId;
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
    this.decoder = decoder;
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
}
