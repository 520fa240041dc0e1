package dev.skipstone.model.gguf;

import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.mapped.WatchedChannel;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An open GGUF file: its header, read and checked, and access to its tensors, whatever model they
 * belong to and whatever their types. Shareable between threads; {@link #close} ends access to the
 * file, but not mappings that were made before.
 */
public final class GgufFile implements AutoCloseable {
  private final Path path;
  private final WatchedChannel channel;
  private final GgufHeader header;
  private final List<Tensor> tensors;

  private GgufFile(Path path, WatchedChannel channel, GgufHeader header) {
    this.path = path;
    this.channel = channel;
    this.header = header;
    List<Tensor> list = new ArrayList<>(header.tensors().size());
    header.tensors().forEach(tensor -> list.add(new GgufTensor(path, channel, tensor)));
    this.tensors = List.copyOf(list);
  }

  /**
   * Opens a file and reads its header.
   *
   * @param path a file of any size; its tensors are not read
   * @throws ModelFileException if it can't be read, is no GGUF file of version 2 or 3, or is broken
   */
  public static GgufFile open(Path path) {
    WatchedChannel channel = WatchedChannel.open(path);
    try {
      GgufHeader header = new GgufHeaderParser(path, channel.channel(), channel.size()).parse();
      return new GgufFile(path, channel, header);
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  /** The file that was opened. */
  public Path path() {
    return path;
  }

  /** Size of the file in bytes. */
  public long size() {
    return channel.size();
  }

  /** Version of the format: 2 or 3. */
  public int version() {
    return header.version();
  }

  /** What the offsets of the tensors are multiples of, in bytes. */
  public int alignment() {
    return header.alignment();
  }

  /** Where the tensors' data starts in the file. */
  public long dataOffset() {
    return header.dataOffset();
  }

  /**
   * The metadata in the file's order, immutable. Values are String, Boolean, Number (Integer, Long,
   * BigInteger, Float or Double: whatever holds the value, unsigned ones in a wider type), or List
   * of these.
   */
  public Map<String, Object> metadata() {
    return header.metadata();
  }

  /** The tensors in the file's order; those of types that are not supported are among them. */
  public List<Tensor> tensors() {
    return tensors;
  }

  /**
   * Where the value of a metadata key starts in the file, or {@link ModelFileException#NO_OFFSET}.
   */
  long metadataOffset(String key) {
    GgufHeader.Place place = header.metadataPlaces().get(key);
    return place == null ? ModelFileException.NO_OFFSET : place.value();
  }

  /** A key of the metadata with its value as it is in the file: key, type and value. */
  byte[] metadataEntry(String key) {
    GgufHeader.Place place = header.metadataPlaces().get(key);
    try (Arena arena = Arena.ofConfined()) {
      return channel
          .map(arena, place.start(), place.end() - place.start(), key)
          .toArray(ValueLayout.JAVA_BYTE);
    }
  }

  @Override
  public void close() {
    channel.close();
  }
}
