package dev.skipstone.benchmarks.jmh;

import dev.skipstone.benchmarks.Question;
import dev.skipstone.benchmarks.QuestionSet;
import dev.skipstone.model.tokenizer.Tokenizer;
import dev.skipstone.runtime.Engine;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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

/** Time to encode the project's own questions, and to decode them again. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class TokenizerBenchmark {
  /** Model file, seen from the repository's root. */
  @Param("models/SmolLM2-135M-Instruct.Q4_1.gguf")
  public String model;

  private Engine engine;
  private Tokenizer tokenizer;
  private String text;
  private int[] tokens;

  @Setup(Level.Trial)
  public void load() {
    engine = Engine.load(Path.of(model));
    tokenizer = engine.model().tokenizer();
    text =
        String.join("\n", QuestionSet.builtIn().questions().stream().map(Question::text).toList());
    tokens = tokenizer.encode(text, false);
  }

  @TearDown(Level.Trial)
  public void close() {
    engine.close();
  }

  @Benchmark
  public int[] encode() {
    return tokenizer.encode(text, false);
  }

  @Benchmark
  public String decode() {
    return tokenizer.decode(tokens);
  }
}
