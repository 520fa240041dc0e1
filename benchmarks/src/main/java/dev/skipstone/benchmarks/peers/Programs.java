package dev.skipstone.benchmarks.peers;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Programs of this machine. */
final class Programs {
  private Programs() {}

  /** A program on the PATH. */
  static Optional<Path> find(String name) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Arrays.stream(path.split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /** A program of the JDK that runs this. */
  static Path ofJdk(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name);
  }
}
