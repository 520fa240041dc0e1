package dev.skipstone.benchmarks.jmh;

import dev.skipstone.benchmarks.roofline.PassPart;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import java.nio.file.Path;
import java.util.Arrays;
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
 * The parts of a pass by rows and by context, on the engine as it is: {@code bytes} is GB/s, {@code
 * operations} GFLOP/s. {@link MachinePeakBenchmark} tells what the machine reaches. Weight types
 * are measured with a copy of the model in each, that {@code skipstone convert} writes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class PassPartBenchmark {
  /** Model file, seen from the repository's root. */
  @Param("models/SmolLM2-135M-Instruct.Q4_1.gguf")
  public String model;

  @Param({"DISPATCH", "ATTENTION", "MLP", "OUTPUT", "PASS"})
  public PassPart part;

  @Param({"1", "2", "3", "5", "8", "16", "64"})
  public int rows;

  /** Tokens before the pass; 1000 and 4000 show what attention costs. */
  @Param("100")
  public int position;

  /** Threads of the engine's pool; 0 for one a processor. */
  @Param("0")
  public int threads;

  private Engine engine;
  private PassRunner runner;
  private Pass pass;
  private long bytes;
  private long operations;

  /** Bytes and operations of a pass, by time. */
  @State(Scope.Thread)
  @AuxCounters
  public static class Counter {
    public long bytes;
    public long operations;
  }

  @Setup(Level.Trial)
  public void load() {
    EngineOptions options = EngineOptions.defaults();
    engine = Engine.load(Path.of(model), threads == 0 ? options : options.withThreads(threads));
    runner = engine.openRunner();
    int layers = engine.model().hyperParameters().layers();
    for (int start = 0; start < position; start += runner.maxRows()) {
      int[] chunk = tokens(Math.min(runner.maxRows(), position - start));
      runner.run(Pass.withoutLogits(chunk, start, LayerPath.full(layers)));
    }
    int logitRows = rows <= runner.maxLogitRows() ? rows : 1;
    pass = part.pass(layers, tokens(rows), position, logitRows);
    long cell = engine.memory().kvCache() / engine.context();
    bytes = part.bytes(engine.model(), cell, position + rows);
    operations = part.operations(engine.model(), rows, position, logitRows);
  }

  private static int[] tokens(int count) {
    int[] tokens = new int[count];
    Arrays.setAll(tokens, i -> i);
    return tokens;
  }

  @TearDown(Level.Trial)
  public void close() {
    runner.close();
    engine.close();
  }

  @Benchmark
  public Object run(Counter counter) {
    counter.bytes += bytes;
    counter.operations += operations;
    Object logits = runner.run(pass);
    runner.cache().truncate(position);
    return logits;
  }
}
