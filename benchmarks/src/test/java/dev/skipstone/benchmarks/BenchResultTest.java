package dev.skipstone.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;

final class BenchResultTest {
  @Example
  void figureNeedsRunsThatAreNumbers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BenchResult("n", "m", "s", List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BenchResult("n", "m", "s", List.of(1.0, Double.NaN)));
  }

  @Property(tries = 200)
  void medianLiesBetweenMinAndMaxAndSplitsTheRuns(
      @ForAll @Size(min = 1, max = 9) List<@DoubleRange(min = 0, max = 1e6) Double> runs) {
    var result = new BenchResult("n", "m", "s", runs);
    assertThat(result.median()).isBetween(result.min(), result.max());
    long below = runs.stream().filter(run -> run < result.median()).count();
    long above = runs.stream().filter(run -> run > result.median()).count();
    assertThat(below).isLessThanOrEqualTo(runs.size() / 2);
    assertThat(above).isLessThanOrEqualTo(runs.size() / 2);
  }
}
