package dev.skipstone.model.convert;

import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.gguf.GgufHeaderWriter;
import dev.skipstone.model.gguf.GgufModel;
import dev.skipstone.model.huggingface.HuggingFaceModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A model as a GGUF file, with its tokenizer and chat template, for this project and for llama.cpp.
 * The file is made in {@code NAME.part}, and takes its place when it is whole and was read back; a
 * conversion that was ended goes on there, to the same bytes.
 */
public final class GgufConversion {
  /** Bytes that an interruption may lose. */
  private static final long KEPT_EVERY = 64L << 20;

  /** Bytes that are copied at once. */
  private static final long PIECE = 1 << 20;

  private final Model model;
  private final List<Path> inputs;
  private final List<String> notes;
  private final List<Planned> tensors = new ArrayList<>();
  private final byte[] header;
  private final long size;

  /**
   * A tensor of the file.
   *
   * @param end where its values end in the file
   */
  private record Planned(String name, Tensor source, TensorType type, long start, long end) {}

  private GgufConversion(GgufSource source, Optional<MatrixType> type) {
    model = source.model();
    inputs = source.inputs();
    notes = source.notes();
    GgufHeaderWriter writer = new GgufHeaderWriter(source.alignment());
    source.writeMetadata(writer, type);
    List<Planned> placed = new ArrayList<>();
    source
        .tensors()
        .forEach((name, tensor) -> {
          TensorType wanted = source.typeOf(name, tensor, type);
          long start = writer.tensor(name, wanted, tensor.shape());
          long bytes = EncodedTensor.byteSize(tensor, wanted);
          placed.add(new Planned(name, tensor, wanted, start, start + bytes));
        });
    header = writer.toBytes();
    for (Planned tensor : placed) {
      long start = header.length + tensor.start();
      long end = header.length + tensor.end();
      tensors.add(new Planned(tensor.name(), tensor.source(), tensor.type(), start, end));
    }
    size = header.length + writer.dataSize();
  }

  /**
   * Plans a conversion; nothing is written yet.
   *
   * @param model a {@link GgufModel} or a {@link HuggingFaceModel}, open until the conversion is
   *     done
   * @param type what matrices become; empty for what they are
   * @throws ModelFileException if GGUF can't say what the model is
   * @throws IllegalArgumentException for a model of another kind
   */
  public static GgufConversion of(Model model, Optional<MatrixType> type) {
    GgufSource source =
        switch (model) {
          case GgufModel gguf -> new GgufSource.OfGguf(gguf);
          case HuggingFaceModel folder -> new GgufSource.OfFolder(folder);
          default -> throw new IllegalArgumentException(model + " is in no file");
        };
    return new GgufConversion(source, type);
  }

  /** Bytes of the file. */
  public long size() {
    return size;
  }

  /** What the file lacks or others will read otherwise, for people; empty where it has all. */
  public List<String> notes() {
    return notes;
  }

  /**
   * Writes the file, or goes on with it. An interrupt of the thread ends it with an exception and
   * leaves what there is.
   *
   * @param file not one of the model's
   * @param replace whether a file that is there is replaced
   * @return bytes that were there from before
   * @throws FileAlreadyExistsException if there is a file and it is not to be replaced
   * @throws IOException if it can't be written, or the disk has too little room
   * @throws ModelFileException if the model can't be read, or a type can't hold a value
   */
  public long write(Path file, boolean replace, ConversionListener listener) throws IOException {
    return write(file, replace, listener, KEPT_EVERY);
  }

  /**
   * As above.
   *
   * @param keptEvery bytes that an interruption may lose, beside a tensor
   */
  long write(Path file, boolean replace, ConversionListener listener, long keptEvery)
      throws IOException {
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    if (Files.exists(target)) {
      checkReplaced(file, target, replace);
    }
    try (PartFile part = PartFile.open(target, identity())) {
      long from = part.length();
      long free = Files.getFileStore(target.getParent()).getUsableSpace();
      if (size - from > free) {
        if (from == 0) {
          part.discard();
        }
        throw noRoom(file, size - from, free);
      }
      try {
        write(part, listener, keptEvery);
        check(part.path());
      } catch (ModelFileException e) {
        if (!Thread.currentThread().isInterrupted()) {
          part.discard();
        }
        throw e;
      }
      part.finish();
      return from;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void checkReplaced(Path file, Path target, boolean replace) throws IOException {
    for (Path input : inputs) {
      if (Files.isSameFile(input, target)) {
        throw new FileSystemException(
            file.toString(), null, "it is the model itself; give another file");
      }
    }
    if (!replace) {
      throw new FileAlreadyExistsException(file.toString());
    }
  }

  private static FileSystemException noRoom(Path file, long needed, long free) {
    return new FileSystemException(
        file.toString(),
        null,
        "%d more bytes are needed, and the disk has %d free; make room or take another folder"
            .formatted(needed, free));
  }

  private void write(PartFile part, ConversionListener listener, long keptEvery)
      throws IOException {
    if (part.length() < header.length) {
      part.truncate(0);
      part.write(ByteBuffer.wrap(header));
      part.keep();
    }
    long kept = part.length();
    for (Planned tensor : tensors) {
      if (part.length() >= tensor.end()) {
        continue;
      }
      listener.report(part.length(), size, tensor.name());
      part.truncate(Math.min(part.length(), tensor.start()));
      pad(part, tensor.start());
      write(part, tensor);
      if (part.length() - kept >= keptEvery) {
        part.keep();
        kept = part.length();
      }
    }
    pad(part, size);
    listener.report(size, size, "");
  }

  private static void pad(PartFile part, long to) throws IOException {
    part.write(ByteBuffer.allocate((int) (to - part.length())));
  }

  private void write(PartFile part, Planned tensor) throws IOException {
    if (tensor.source().type() == tensor.type()) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment values = tensor.source().map(arena);
        for (long at = 0; at < values.byteSize(); at += PIECE) {
          long count = Math.min(PIECE, values.byteSize() - at);
          part.write(values.asSlice(at, count).asByteBuffer());
        }
      }
      return;
    }
    new EncodedTensor(model.file(), tensor.source(), tensor.type())
        .forEachByte((bytes, count) -> {
          try {
            part.write(ByteBuffer.wrap(bytes, 0, count));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** That the file says what the model is. */
  private void check(Path written) {
    try (Model read = Model.open(written)) {
      if (!read.hyperParameters().equals(model.hyperParameters())) {
        throw new ModelFileException(
            model.file(),
            "hyper-parameters",
            ModelFileException.NO_OFFSET,
            "GGUF can't say what they are: %s became %s"
                .formatted(model.hyperParameters(), read.hyperParameters()));
      }
    }
  }

  /** What tells this file from others: its header, and the files that its values come from. */
  private String identity() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(header);
      for (Path input : inputs) {
        BasicFileAttributes now = Files.readAttributes(input, BasicFileAttributes.class);
        String line = "%s %d %s%n".formatted(input, now.size(), now.lastModifiedTime());
        digest.update(line.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has it", e);
    }
  }
}
