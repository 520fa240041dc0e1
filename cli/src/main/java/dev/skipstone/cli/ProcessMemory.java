package dev.skipstone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Memory of this process, as the system counts it. */
final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMemory() {}

  /**
   * Most bytes that were resident at once.
   *
   * @param otherwise what to say on a system that does not tell
   */
  static long peak(long otherwise) {
    try {
      return peakIn(Files.readAllLines(STATUS), otherwise);
    } catch (IOException e) {
      return otherwise;
    }
  }

  /** The line {@code VmHWM: 12345 kB}. */
  static long peakIn(List<String> status, long otherwise) {
    for (String line : status) {
      if (line.startsWith("VmHWM:")) {
        String digits = line.replaceAll("\\D", "");
        return digits.isEmpty() ? otherwise : Long.parseLong(digits) * 1024;
      }
    }
    return otherwise;
  }
}
