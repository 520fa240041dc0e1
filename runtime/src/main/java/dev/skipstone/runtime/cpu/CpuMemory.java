package dev.skipstone.runtime.cpu;

import com.sun.management.OperatingSystemMXBean;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.runtime.pass.InsufficientMemoryException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What sessions take, and what the machine has. */
final class CpuMemory {
  private static final Path LINUX_MEMORY = Path.of("/proc/meminfo");
  private static final String LINUX_AVAILABLE = "MemAvailable:";

  private CpuMemory() {}

  /** Bytes of one session: cache and scratch. */
  static long session(HyperParameters sizes, ActivationForms forms, int context, int threads) {
    return cache(sizes, context) + Transformer.scratchBytes(sizes, forms, context, threads);
  }

  static long cache(HyperParameters sizes, int context) {
    return CpuKvCache.bytes(sizes.layers(), sizes.keyValueHeads(), sizes.headSize(), context);
  }

  /** Physical memory in bytes. */
  static long total() {
    return system().getTotalMemorySize();
  }

  /**
   * @throws InsufficientMemoryException if {@code bytes} are more than what is free
   */
  static void check(String what, long bytes, String advice) {
    long free = free();
    if (bytes > free) {
      throw new InsufficientMemoryException(what, bytes, free, advice);
    }
  }

  /** Bytes that can be had without swapping; what only caches files counts as free. */
  private static long free() {
    try (Stream<String> lines = Files.lines(LINUX_MEMORY)) {
      return lines
          .filter(line -> line.startsWith(LINUX_AVAILABLE))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElseGet(() -> system().getFreeMemorySize());
    } catch (IOException | NumberFormatException e) {
      return system().getFreeMemorySize();
    }
  }

  private static OperatingSystemMXBean system() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  }
}
