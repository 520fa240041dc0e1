package dev.skipstone.benchmarks.convert;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Where the metadata of a GGUF header ends, and where it holds the file's type. The header has been
 * checked before.
 *
 * @param end where the list of tensors begins
 * @param fileType where the 32 bits of {@code general.file_type} are; -1 without it
 */
record MetadataSection(int end, int fileType) {
  private static final String FILE_TYPE = "general.file_type";

  /** Behind the magic, the version and the number of tensors. */
  private static final int COUNT_OFFSET = 16;

  private static final int UINT32 = 4;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  /** Bytes of a value, by the number of its type; 0 for those that tell their length. */
  private static final int[] BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

  /**
   * Walks over the metadata.
   *
   * @param header the file's first bytes, in little-endian order; its position is moved
   */
  static MetadataSection of(ByteBuffer header) {
    header.position(COUNT_OFFSET);
    long count = header.getLong();
    int fileType = -1;
    for (long i = 0; i < count; i++) {
      byte[] key = new byte[Math.toIntExact(header.getLong())];
      header.get(key);
      int type = header.getInt();
      if (type == UINT32 && new String(key, StandardCharsets.UTF_8).equals(FILE_TYPE)) {
        fileType = header.position();
      }
      skip(header, type);
    }
    return new MetadataSection(header.position(), fileType);
  }

  private static void skip(ByteBuffer header, int type) {
    switch (type) {
      case STRING -> skipBytes(header, header.getLong());
      case ARRAY -> {
        int element = header.getInt();
        long length = header.getLong();
        if (BYTES[element] > 0) {
          skipBytes(header, length * BYTES[element]);
        } else {
          for (long i = 0; i < length; i++) {
            skip(header, element);
          }
        }
      }
      default -> skipBytes(header, BYTES[type]);
    }
  }

  private static void skipBytes(ByteBuffer header, long bytes) {
    header.position(Math.toIntExact(header.position() + bytes));
  }
}
