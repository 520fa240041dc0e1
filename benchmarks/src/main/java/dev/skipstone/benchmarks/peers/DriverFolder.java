package dev.skipstone.benchmarks.peers;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A temporary folder with an engine's driver in it, which comes with this package.
 *
 * @param path of the folder
 * @param driver the driver's file
 */
record DriverFolder(Path path, Path driver) implements AutoCloseable {
  /**
   * Makes the folder.
   *
   * @param name of a file beside this class
   */
  static DriverFolder of(String name) throws PeerException {
    try (InputStream content = DriverFolder.class.getResourceAsStream(name)) {
      if (content == null) {
        throw new FileNotFoundException(name + " is missing from the benchmarks' jar");
      }
      Path folder = Files.createTempDirectory("skipstone-peer-");
      DriverFolder result = new DriverFolder(folder, folder.resolve(name));
      Files.copy(content, result.driver);
      return result;
    } catch (IOException e) {
      throw new PeerException("its driver can't be put into a file: " + e.getMessage(), e);
    }
  }

  /** A file of the folder. */
  Path file(String name) {
    return path.resolve(name);
  }

  /** Deletes the folder. */
  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // Small files in the system's temporary folder, which it clears by itself.
    }
  }
}
