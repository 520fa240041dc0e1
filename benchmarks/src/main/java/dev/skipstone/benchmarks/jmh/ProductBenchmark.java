package dev.skipstone.benchmarks.jmh;

import dev.skipstone.benchmarks.roofline.MachinePeak;
import dev.skipstone.model.TensorType;
import dev.skipstone.runtime.pass.Kernel;
import dev.skipstone.runtime.pass.KernelSuite;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Matrix products by weight type, rows and threads: {@code bytes} is GB/s of the repacked tiles,
 * {@code operations} GFLOP/s, and the shares are of the peaks that the machine reached on as many
 * threads just before.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ProductBenchmark {
  @Param({"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1"})
  public TensorType type;

  @Param({"1", "2", "3", "4", "5", "8", "16", "64"})
  public int rows;

  /** Threads of the kernel's pool; 0 for one a processor. */
  @Param({"1", "0"})
  public int threads;

  /** With the columns about as many weights as the default model, beyond the caches. */
  @Param("131072")
  public int outputs;

  @Param("1024")
  public int columns;

  private Kernel kernel;
  private MachinePeak peak;

  /** By time: bytes and operations, and what they would take at the machine's peaks. */
  @State(Scope.Thread)
  @AuxCounters
  public static class Counter {
    public long bytes;
    public long operations;
    public double bytesShare;
    public double operationsShare;
  }

  @Setup(Level.Trial)
  public void prepare() throws InterruptedException {
    int count = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    peak = MachinePeak.measure(count);
    kernel = KernelSuite.all().getFirst().product(type, outputs, columns, rows, count);
  }

  @TearDown(Level.Trial)
  public void close() {
    kernel.close();
  }

  @Benchmark
  public float[] product(Counter counter) {
    counter.bytes += kernel.bytes();
    counter.operations += kernel.operations();
    counter.bytesShare += kernel.bytes() / peak.bytesPerSecond() * 1e9;
    counter.operationsShare += kernel.operations() / peak.operationsPerSecond() * 1e9;
    kernel.run();
    return kernel.output();
  }
}
