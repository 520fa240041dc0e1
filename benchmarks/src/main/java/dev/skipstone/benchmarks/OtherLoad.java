package dev.skipstone.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * How busy other programs keep the machine while a benchmark runs: what makes its figures rough.
 * Known on Linux only. Time that a virtual machine is denied counts as others'.
 */
public final class OtherLoad {
  private static final Path MACHINE = Path.of("/proc/stat");
  private static final Path OWN = Path.of("/proc/self/stat");

  /** What Linux counts processor time in, whatever the machine. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int IDLE = 3;
  private static final int IO_WAIT = 4;

  /** Behind it, a guest's time is told that is among the user's already. */
  private static final int STEAL = 7;

  /** All that is needed of a line. */
  private static final int MOST_FIELDS = 14;

  private final long startNanos = System.nanoTime();
  private final OptionalLong startTicks = ticksOfOthers();

  /** Begins to count. */
  public OtherLoad() {}

  /** Processors that others kept busy since this was made, on average; empty where not known. */
  public OptionalDouble processors() {
    OptionalLong now = ticksOfOthers();
    double seconds = (System.nanoTime() - startNanos) * 1e-9;
    return now.isEmpty() || startTicks.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            Math.max(0, now.getAsLong() - startTicks.getAsLong()) / TICKS_PER_SECOND / seconds);
  }

  private static OptionalLong ticksOfOthers() {
    try {
      long busy = busyTicks(Files.readAllLines(MACHINE));
      long own = ownTicks(Files.readString(OWN));
      long children =
          ProcessHandle.current()
              .descendants()
              .flatMap(child -> child.info().totalCpuDuration().stream())
              .mapToLong(time -> (long) (time.toNanos() * 1e-9 * TICKS_PER_SECOND))
              .sum();
      return OptionalLong.of(busy - own - children);
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * Ticks of all programs.
   *
   * @param lines of {@code /proc/stat}; the first is {@code cpu user nice system idle iowait irq
   *     softirq steal ...}
   */
  static long busyTicks(List<String> lines) {
    long[] ticks = numbers(lines.getFirst().substring("cpu".length()));
    long sum = 0;
    for (int i = 0; i <= STEAL; i++) {
      sum += i == IDLE || i == IO_WAIT ? 0 : ticks[i];
    }
    return sum;
  }

  /**
   * Ticks of a process and of its children that have ended.
   *
   * @param line of {@code /proc/PID/stat}, whose second field is a name in brackets
   */
  static long ownTicks(String line) {
    // Behind the name come the state, which is a letter, and then ten numbers before utime.
    long[] fields = numbers(line.substring(line.lastIndexOf(')') + ") S".length()));
    return fields[10] + fields[11] + fields[12] + fields[13];
  }

  private static long[] numbers(String text) {
    // Farther on there are limits that a long does not hold.
    return Stream.of(text.strip().split("\\s+", -1))
        .limit(MOST_FIELDS)
        .mapToLong(Long::parseLong)
        .toArray();
  }
}
