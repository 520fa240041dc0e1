package dev.skipstone.benchmarks.roofline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.benchmarks.BenchResult;
import dev.skipstone.benchmarks.Progress;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.pass.PassRunner;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RooflineTest {
  @TempDir Path folder;
  private Engine engine;

  @BeforeEach
  void load() {
    engine = Engine.load(MicroModel.defaults().write(folder.resolve("micro.gguf")));
  }

  @AfterEach
  void close() {
    engine.close();
  }

  /**
   * The micro model: 4 layers of width 64, 4 query and 2 key heads of 16 channels, MLPs of 128, 288
   * tokens, two bytes a weight.
   */
  @Test
  void bytesAndOperationsAreThoseOfTheProducts() {
    long attention = 4 * (64 * 64 + 2 * 32 * 64 + 64 * 64);
    long mlp = 4 * 3 * 64 * 128;
    long output = 288 * 64;

    assertThat(PassPart.DISPATCH.bytes(engine.model(), 10, 7)).isZero();
    assertThat(PassPart.ATTENTION.bytes(engine.model(), 10, 7)).isEqualTo(2 * attention + 70);
    assertThat(PassPart.MLP.bytes(engine.model(), 10, 7)).isEqualTo(2 * mlp);
    assertThat(PassPart.PASS.bytes(engine.model(), 0, 7)).isEqualTo(2 * (attention + mlp + output));
    // Two rows at position 5 see 6 and 7 positions; each takes two products with 64 channels.
    long scores = 4 * 4 * 64 * (6 + 7);
    assertThat(PassPart.ATTENTION.operations(engine.model(), 2, 5, 1))
        .isEqualTo(2 * 2 * attention + scores);
    assertThat(PassPart.PASS.operations(engine.model(), 2, 5, 1))
        .isEqualTo(2 * 2 * (attention + mlp) + 2 * output + scores);
  }

  @Test
  void everyByteIsRead() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(3 * MemoryStream.UNIT, 64);
      long expected = 0;
      for (long at = 0; at < memory.byteSize(); at += Long.BYTES) {
        memory.set(ValueLayout.JAVA_LONG, at, at * at * 31 + 7);
        expected ^= at * at * 31 + 7;
      }
      assertThat(MemoryStream.read(memory)).isEqualTo(expected);
    }
  }

  @Test
  void multiplyAddsAreComputed() {
    // Ten chains of x -> 0.999 x + 0.999, from 1.
    assertThat(MultiplyAdds.run(1)).isEqualTo(10 * (0.999f + 0.999f));
    assertThat(MultiplyAdds.run(0)).isEqualTo(10);
  }

  @Test
  void partsAreSetBesideThePeaks() throws InterruptedException {
    try (PassRunner runner = engine.openRunner()) {
      List<BenchResult> results =
          new RooflineBenchmark(engine, runner, 0).run(List.of(1, 64), 0, 2, Progress.silent());

      assertThat(results)
          .extracting(BenchResult::name)
          .startsWith("roofline/read", "roofline/fma", "roofline/dispatch/rows=1")
          .contains(
              "roofline/attention/rows=1", "roofline/output/rows=64", "roofline/pass/rows=64");
      double peak = results.getFirst().median();
      List<BenchResult> mlp =
          results.stream().filter(result -> result.name().equals("roofline/mlp/rows=1")).toList();
      assertThat(mlp)
          .extracting(BenchResult::metric)
          .containsExactly(
              "time", "bytes", "bandwidth", "bandwidth_share", "operations", "operations_share");
      double seconds = mlp.get(0).runs().getFirst();
      double bandwidth = mlp.get(2).runs().getFirst();
      assertThat(bandwidth * seconds)
          .isCloseTo(0.196608e-3, org.assertj.core.data.Offset.offset(1e-9));
      assertThat(mlp.get(3).runs().getFirst() * peak)
          .isCloseTo(bandwidth, org.assertj.core.data.Offset.offset(1e-9));
    }
  }
}
