package dev.skipstone.benchmarks.jmh;

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
 * Everything of a pass but the products, in the default model's sizes: {@code bytes} is GB/s,
 * {@code operations} GFLOP/s where there is something to count. Attention and the empty phase run
 * on a pool with a thread a processor, the rest on the calling thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class RowKernelBenchmark {
  private static final int LAYERS = 30;
  private static final int WIDTH = 576;
  private static final int HIDDEN = 1536;
  private static final int HEADS = 9;
  private static final int HEAD_SIZE = 64;
  private static final int VOCABULARY = 49152;

  /** What is measured. */
  public enum Operation {
    RMS_NORM,
    PREPARE_F16,
    PREPARE_Q8_0,
    PREPARE_Q4_1,
    ROPE,
    SILU_GATE,
    ARGMAX,
    TOP_PROBABILITY,
    EMPTY_PHASE,
    ATTENTION_100,
    ATTENTION_1000,
    ATTENTION_4000
  }

  @Param public Operation operation;

  @Param({"1", "5"})
  public int rows;

  private Kernel kernel;

  /** Bytes and operations by time. */
  @State(Scope.Thread)
  @AuxCounters
  public static class Counter {
    public long bytes;
    public long operations;
  }

  @Setup(Level.Trial)
  public void prepare() {
    KernelSuite suite = KernelSuite.all().getFirst();
    int threads = Runtime.getRuntime().availableProcessors();
    kernel =
        switch (operation) {
          case RMS_NORM -> suite.rmsNorm(WIDTH, rows);
          case PREPARE_F16 -> suite.preparation(TensorType.F16, WIDTH, rows);
          case PREPARE_Q8_0 -> suite.preparation(TensorType.Q8_0, WIDTH, rows);
          case PREPARE_Q4_1 -> suite.preparation(TensorType.Q4_1, WIDTH, rows);
          case ROPE -> suite.rope(LAYERS, HEADS, HEAD_SIZE, rows);
          case SILU_GATE -> suite.siluGate(HIDDEN, rows);
          case ARGMAX -> suite.argmax(VOCABULARY, rows);
          case TOP_PROBABILITY -> suite.topProbability(VOCABULARY, rows);
          case EMPTY_PHASE -> suite.emptyPhases(1, threads);
          case ATTENTION_100 -> attention(suite, 100, threads);
          case ATTENTION_1000 -> attention(suite, 1000, threads);
          case ATTENTION_4000 -> attention(suite, 4000, threads);
        };
  }

  private Kernel attention(KernelSuite suite, int context, int threads) {
    var shape = new KernelSuite.AttentionShape(LAYERS, HEADS, HEADS / 3, HEAD_SIZE);
    return suite.attention(shape, context, rows, threads);
  }

  @TearDown(Level.Trial)
  public void close() {
    kernel.close();
  }

  @Benchmark
  public float[] run(Counter counter) {
    counter.bytes += kernel.bytes();
    counter.operations += kernel.operations();
    kernel.run();
    return kernel.output();
  }
}
