package dev.skipstone.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The file that a figure was measured with.
 *
 * @param name the model's name
 * @param bytes size of the file
 * @param sha256 hash of the file, in 64 hexadecimal digits
 */
public record ModelFile(String name, long bytes, String sha256) {
  private static final int CHUNK = 1 << 20;

  public ModelFile {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(sha256, "sha256");
  }

  /**
   * Reads the whole file once to hash it: keep the result. Of a folder it reads the files with
   * weights and the configuration, in the order of their names.
   *
   * @param name the model's name
   * @param file or folder of the model
   * @throws IOException if the file can't be read
   */
  public static ModelFile of(String name, Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    long bytes = 0;
    byte[] chunk = new byte[CHUNK];
    for (Path part : Files.isDirectory(file) ? parts(file) : List.of(file)) {
      try (InputStream stream = Files.newInputStream(part)) {
        for (int read; (read = stream.read(chunk)) >= 0; bytes += read) {
          digest.update(chunk, 0, read);
        }
      }
    }
    return new ModelFile(name, bytes, HexFormat.of().formatHex(digest.digest()));
  }

  private static List<Path> parts(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".safetensors") || file.endsWith("config.json"))
          .sorted()
          .toList();
    }
  }
}
