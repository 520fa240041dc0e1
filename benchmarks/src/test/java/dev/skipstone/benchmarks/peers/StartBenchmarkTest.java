package dev.skipstone.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.benchmarks.BenchResult;
import dev.skipstone.benchmarks.peers.StartBenchmark.Outcome;
import dev.skipstone.benchmarks.peers.StartBenchmark.Start;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StartBenchmarkTest {
  private final List<String> started = new ArrayList<>();
  private final Map<String, Start> engines = new LinkedHashMap<>();

  @Test
  void enginesTakeTurnsAndTheFirstTurnDoesNotCount() {
    engines.put("one", engine("one"));
    engines.put("two", engine("two"));

    Outcome outcome = run(2);

    assertThat(started).containsExactly("one", "two", "one", "two", "one", "two");
    assertThat(outcome.results())
        .extracting(BenchResult::name)
        .containsExactly("start/one", "start/two");
    assertThat(outcome.results()).allMatch(result -> result.runs().size() == 2);
    assertThat(outcome.interrupted()).isFalse();
  }

  @Test
  void anEngineThatFailsIsLeftOut() {
    engines.put("broken", StartBenchmark.command(List.of("/nowhere/engine")));
    engines.put("silent", StartBenchmark.command(List.of("true")));
    engines.put("good", StartBenchmark.command(List.of("echo", "an answer")));

    Outcome outcome = run(1);

    assertThat(outcome.results()).extracting(BenchResult::name).containsExactly("start/good");
    assertThat(outcome.failed().get("broken")).contains("/nowhere/engine can't be started");
    assertThat(outcome.failed().get("silent")).contains("status 0, without an answer");
  }

  @Test
  void anInterruptKeepsTheCompleteTurns() {
    engines.put("one", engine("one"));
    engines.put(
        "two",
        () -> {
          if (started.size() == 3) {
            throw new InterruptedException();
          }
          return engine("two").run();
        });

    Outcome outcome = run(2);

    assertThat(outcome.interrupted()).isTrue();
    assertThat(started).containsExactly("one", "two", "one");
    assertThat(outcome.results()).isEmpty();
  }

  private Outcome run(int turns) {
    return new StartBenchmark(turns).run(engines, (done, total, what) -> {});
  }

  private Start engine(String name) {
    return () -> {
      started.add(name);
      return () -> {};
    };
  }
}
