package dev.skipstone.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContextBenchmarkTest {
  @TempDir Path folder;

  @Test
  void lengthsTakeTurnsAndAreComparedWithTheShortest() throws Exception {
    List<Integer> order = new ArrayList<>();
    var results = new ContextBenchmark(List.of(1000, 100), 0, 2).run(order::add, Progress.silent());

    assertThat(order).containsExactly(100, 1000, 1000, 100);
    assertThat(results)
        .extracting(result -> result.name() + " " + result.metric())
        .containsExactly("context/100 time", "context/1000 time", "context/1000 ratio");
  }

  @Test
  void plotIsAPicture() throws IOException {
    Path file = Files.createFile(folder.resolve("plot.png"));
    new ContextPlot(
            "tiny",
            List.of(
                new BenchResult("context/100", "time", "s", List.of(0.1, 0.2)),
                new BenchResult("context/1000", "time", "s", List.of(0.3, 0.4)),
                new BenchResult("context/1000", "ratio", "1", List.of(3.0, 2.0))))
        .write(file);

    assertThat(ImageIO.read(file.toFile()).getWidth()).isEqualTo(900);
  }

  @Test
  void absurdSettingsAreErrors() {
    assertThatIllegalArgumentException().isThrownBy(() -> new ContextBenchmark(List.of(), 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new ContextBenchmark(List.of(-1), 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new ContextBenchmark(List.of(1), 0, 0));
  }
}
