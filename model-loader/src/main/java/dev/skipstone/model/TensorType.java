package dev.skipstone.model;

/** How a tensor's values are encoded. */
public enum TensorType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q8_0(8, 32, 34),
  BF16(30, 1, 2);

  private final int ggufId;
  private final int blockSize;
  private final int blockBytes;

  TensorType(int ggufId, int blockSize, int blockBytes) {
    this.ggufId = ggufId;
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
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
}
