package dev.skipstone.model.safetensors;

import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.mapped.WatchedChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An open safetensors file: its header, read and checked, and access to its tensors, of whatever
 * types. Shareable between threads; {@link #close} ends access to the file, but not mappings that
 * were made before.
 */
public final class SafetensorsFile implements AutoCloseable {
  private final WatchedChannel channel;
  private final SafetensorsHeader header;
  private final List<Tensor> tensors;
  private final Map<String, Tensor> byName = new LinkedHashMap<>();

  private SafetensorsFile(WatchedChannel channel, SafetensorsHeader header) {
    this.channel = channel;
    this.header = header;
    List<Tensor> list = new ArrayList<>(header.tensors().size());
    for (TensorEntry entry : header.tensors()) {
      Tensor tensor = new SafetensorsTensor(channel, entry, header.dataOffset());
      list.add(tensor);
      byName.put(tensor.name(), tensor);
    }
    tensors = List.copyOf(list);
  }

  /**
   * Opens a file and reads its header.
   *
   * @param path a file of any size; its tensors are not read
   * @throws ModelFileException if it can't be read, is no safetensors file, or is broken
   */
  public static SafetensorsFile open(Path path) {
    WatchedChannel channel = WatchedChannel.open(path);
    try {
      return new SafetensorsFile(channel, new HeaderParser(channel).parse());
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  /** The file that was opened. */
  public Path path() {
    return channel.file();
  }

  /** Size of the file in bytes. */
  public long size() {
    return channel.size();
  }

  /** The metadata in the file's order, immutable. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /**
   * Where the value of a metadata key is in the file, or {@link ModelFileException#NO_OFFSET}: for
   * errors.
   */
  public long metadataOffset(String key) {
    return header.metadataOffsets().getOrDefault(key, ModelFileException.NO_OFFSET);
  }

  /** The tensors in the header's order; those of types that are not supported are among them. */
  public List<Tensor> tensors() {
    return tensors;
  }

  /** A tensor by its name. */
  public Optional<Tensor> tensor(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  @Override
  public void close() {
    channel.close();
  }
}
