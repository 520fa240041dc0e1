package dev.skipstone.benchmarks.jmh;

import dev.skipstone.benchmarks.roofline.MemoryStream;
import dev.skipstone.benchmarks.roofline.MultiplyAdds;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the machine reaches, to set figures beside: {@code work} is GB/s of {@code read} and GFLOP/s
 * of {@code multiplyAdd}, of all threads together; {@code -t N} sets their number.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class MachinePeakBenchmark {
  private static final int STEPS = 100_000;

  /** Each thread's own memory, far beyond the caches. */
  @State(Scope.Thread)
  public static class Memory {
    private MemorySegment bytes;

    @Setup(Level.Trial)
    public void allocate() {
      bytes = Arena.ofAuto().allocate(128L << 20, MemoryStream.UNIT).fill((byte) 1);
    }
  }

  /** Bytes or operations of the benchmark, by time. */
  @State(Scope.Thread)
  @AuxCounters
  public static class Counter {
    public long work;
  }

  @Benchmark
  public long read(Memory memory, Counter counter) {
    counter.work += memory.bytes.byteSize();
    return MemoryStream.read(memory.bytes);
  }

  @Benchmark
  public float multiplyAdd(Counter counter) {
    counter.work += (long) STEPS * MultiplyAdds.OPERATIONS;
    return MultiplyAdds.run(STEPS);
  }
}
