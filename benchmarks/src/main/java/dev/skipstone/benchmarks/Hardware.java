package dev.skipstone.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/** What this machine computes with. */
final class Hardware {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Hardware() {}

  /** The processor's name where the system tells it, else its architecture. */
  static String cpuName() {
    try {
      return cpuName(Files.readAllLines(CPU_INFO), System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  /**
   * @param lines of {@code /proc/cpuinfo}
   * @param otherwise the name where the lines have none, as on most ARM machines
   */
  static String cpuName(List<String> lines, String otherwise) {
    return lines.stream()
        .filter(line -> line.startsWith("model name") && line.contains(":"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip().replaceAll("\\s+", " "))
        .filter(name -> !name.isEmpty())
        .findFirst()
        .orElse(otherwise);
  }

  /** Bits of the Vector API's preferred vectors; 0 where its module is not there. */
  static int vectorBits() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        ? FloatVector.SPECIES_PREFERRED.vectorBitSize()
        : 0;
  }
}
