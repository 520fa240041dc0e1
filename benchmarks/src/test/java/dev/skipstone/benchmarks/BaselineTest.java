package dev.skipstone.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BaselineTest {
  @TempDir Path folder;

  @Test
  void aFigureIsWorseBeyondTheToleranceAndWithoutOverlap() throws IOException {
    Baseline before =
        write(
            result("a", "time", 1.0, 1.1, 1.2),
            result("b", "tokens_per_second", 10.0, 11.0, 12.0),
            result("c", "time", 1.0, 1.1, 1.4),
            result("d", "time", 1.0),
            result("e", "skipstone_ratio", 2.0, 2.0),
            result("f", "common_prefix", 128.0));

    var comparison =
        before.compare(
            List.of(
                result("a", "time", 1.3, 1.5, 1.6),
                result("b", "tokens_per_second", 7.0, 8.0, 9.0),
                // Slower by a third, but the fastest run is among those before.
                result("c", "time", 1.3, 1.5, 1.6),
                // By less than the tolerance.
                result("d", "time", 1.05),
                // Better.
                result("e", "skipstone_ratio", 4.0),
                // No better and worse.
                result("f", "common_prefix", 1.0)),
            0.1);

    assertThat(comparison.compared()).isEqualTo(6);
    assertThat(comparison.regressions())
        .extracting(regression -> regression.now().name())
        .containsExactly("a", "b");
    assertThat(comparison.regressions().get(0).worse()).isCloseTo(1.5 / 1.1 - 1, within(1e-9));
    assertThat(comparison.regressions().get(1).worse()).isCloseTo(3 / 11.0, within(1e-9));
    assertThat(comparison.regressions().get(1).before().median()).isEqualTo(11);
  }

  @Test
  void figuresOfOneSideAreNamed() throws IOException {
    Baseline before = write(result("a", "time", 1.0), result("b", "time", 1.0));

    var comparison =
        before.compare(List.of(result("b", "time", 1.0), result("b", "ratio", 1.0)), 0);

    assertThat(comparison.lost()).containsExactly("a time");
    assertThat(comparison.added()).containsExactly("b ratio");
    assertThat(comparison.compared()).isEqualTo(1);
    assertThat(comparison.regressions()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "{\"results\": 1}",
        "{\"results\": [{\"metric\": \"time\", \"runs\": [1]}]}",
        "{\"results\": [{\"name\": \"a\", \"runs\": [1]}]}",
        "{\"results\": [{\"name\": \"a\", \"metric\": \"time\"}]}"
      })
  void otherFilesAreErrors(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("old.json"), content);
    assertThatIllegalArgumentException().isThrownBy(() -> Baseline.read(file));
  }

  private Baseline write(BenchResult... results) throws IOException {
    Path model = Files.writeString(folder.resolve("m.gguf"), "abc");
    Environment environment =
        Environment.capture(ModelFile.of("tiny", model), 1, Map.of("key", "value"));
    BenchReport report = new BenchReport(environment, List.of(results));
    return Baseline.read(Files.writeString(folder.resolve("old.json"), report.toJson()));
  }

  private static BenchResult result(String name, String metric, Double... runs) {
    return new BenchResult(name, metric, "1", List.of(runs));
  }
}
