package dev.skipstone.model.gguf;

import dev.skipstone.model.ModelFileException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Reads a whole header. */
final class GgufHeaderParser {
  /** "GGUF", as the little-endian number that the first four bytes are. */
  static final int MAGIC = 0x46554747;

  /** "vers", how a Git LFS pointer starts. */
  private static final int LFS_POINTER = 0x73726576;

  private static final String ALIGNMENT_KEY = "general.alignment";
  private static final long DEFAULT_ALIGNMENT = 32;
  private static final long LARGEST_ALIGNMENT = 1 << 20;

  private final Path file;
  private final long fileSize;
  private final HeaderReader in;

  GgufHeaderParser(Path file, FileChannel channel, long fileSize) {
    this.file = file;
    this.fileSize = fileSize;
    this.in = new HeaderReader(file, channel, fileSize);
  }

  GgufHeader parse() {
    checkMagic(in.int32("magic"));
    int version = in.int32("version");
    checkVersion(version);
    int tensorCount = in.count(TensorHeaderReader.LEAST_ENTRY_BYTES, "tensor count", "tensors");
    int metadataCount =
        in.count(MetadataReader.LEAST_ENTRY_BYTES, "metadata count", "metadata values");
    MetadataReader metadata = new MetadataReader(file, in);
    metadata.read(metadataCount);
    TensorHeaderReader tensors = new TensorHeaderReader(file, in);
    tensors.read(tensorCount);
    int alignment = alignment(metadata);
    long dataOffset = Math.ceilDiv(in.position(), (long) alignment) * alignment;
    return new GgufHeader(
        version,
        alignment,
        metadata.values(),
        metadata.places(),
        dataOffset,
        tensors.placed(dataOffset, alignment, fileSize));
  }

  private void checkMagic(int magic) {
    if (magic == LFS_POINTER) {
      throw new ModelFileException(
          file, "magic", 0, "this is a Git LFS pointer, not the model: run git lfs pull");
    }
    if (magic != MAGIC) {
      throw new ModelFileException(
          file, "magic", 0, "the file does not start with GGUF, so it is no GGUF file");
    }
  }

  private void checkVersion(int version) {
    if (version == 2 || version == 3) {
      return;
    }
    int reversed = Integer.reverseBytes(version);
    String problem =
        reversed >= 1 && reversed <= 3
            ? "the file is big-endian, only little-endian files are supported"
            : "version %s is not supported, 2 and 3 are; convert the model again"
                .formatted(Integer.toUnsignedString(version));
    throw new ModelFileException(file, "version", Integer.BYTES, problem);
  }

  private int alignment(MetadataReader metadata) {
    Object value = metadata.values().getOrDefault(ALIGNMENT_KEY, DEFAULT_ALIGNMENT);
    if (value instanceof Long || value instanceof Integer) {
      long alignment = ((Number) value).longValue();
      if (alignment > 0 && alignment <= LARGEST_ALIGNMENT && Long.bitCount(alignment) == 1) {
        return (int) alignment;
      }
    }
    throw new ModelFileException(
        file,
        ALIGNMENT_KEY,
        metadata.places().get(ALIGNMENT_KEY).value(),
        "must be a power of two up to " + LARGEST_ALIGNMENT);
  }
}
