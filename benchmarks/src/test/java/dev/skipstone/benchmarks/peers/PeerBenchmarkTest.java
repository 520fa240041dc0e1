package dev.skipstone.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.skipstone.benchmarks.BenchResult;
import dev.skipstone.benchmarks.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PeerBenchmarkTest {
  private static final PeerWorkload WORKLOAD =
      new PeerWorkload(new int[] {1, 2, 3, 4}, new int[] {1, 2}, 3, 100);

  private final List<String> turns = new ArrayList<>();

  @AfterEach
  void clearInterruption() {
    Thread.interrupted();
  }

  /** Answers at a speed that doubles from turn to turn. */
  private final class Fake implements Peer {
    private final String name;
    private final double rate;
    private final List<Integer> tokens;
    private int answers;
    private Integer failsAt;
    private Integer interruptedAt;
    private boolean spins;

    Fake(String name, double rate, Integer... tokens) {
      this.name = name;
      this.rate = rate;
      this.tokens = List.of(tokens);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public PeerAnswer answer(int[] prompt, int count) throws PeerException, InterruptedException {
      int turn = answers++ / 2;
      turns.add("%s %d %d".formatted(name, prompt.length, count));
      if (failsAt != null && failsAt == turn) {
        throw new PeerException("it broke");
      }
      if (interruptedAt != null && interruptedAt == turn) {
        throw new InterruptedException();
      }
      double now = rate * (1 << turn);
      return count == 1
          ? new PeerAnswer(now * 10, 0, Optional.of(List.of(1)))
          : new PeerAnswer(now, tokens.size() < 2 ? 0 : now, Optional.of(tokens));
    }

    @Override
    public Optional<Duration> processorTime() {
      return spins ? Optional.of(Duration.ofNanos(System.nanoTime())) : Optional.empty();
    }

    @Override
    public void close() {}
  }

  @Test
  void enginesTakeTurnsAndRatiosAreTakenWithinOne() throws PeerException {
    var outcome = run(1, 2, new Fake("skipstone", 3, 4, 5, 6), new Fake("other", 2, 4, 5, 7));

    assertThat(turns)
        .hasSize(12)
        .startsWith("skipstone 4 1", "skipstone 2 3", "other 4 1", "other 2 3", "skipstone 4 1");
    assertThat(outcome.results())
        .extracting(result -> result.name() + " " + result.metric())
        .containsExactly(
            "peers/skipstone/pp4 tokens_per_second",
            "peers/skipstone/tg3 tokens_per_second",
            "peers/other/pp4 tokens_per_second",
            "peers/other/pp4 skipstone_ratio",
            "peers/other/tg3 tokens_per_second",
            "peers/other/tg3 skipstone_ratio",
            "peers/other/tg3 common_prefix");
    // The first turn does not count.
    assertThat(figure(outcome, "peers/skipstone/tg3", "tokens_per_second"))
        .containsExactly(6.0, 12.0);
    assertThat(figure(outcome, "peers/other/pp4", "tokens_per_second")).containsExactly(40.0, 80.0);
    assertThat(figure(outcome, "peers/other/tg3", "skipstone_ratio"))
        .allSatisfy(ratio -> assertThat(ratio).isCloseTo(1.5, within(1e-12)));
    assertThat(figure(outcome, "peers/other/tg3", "common_prefix")).containsExactly(2.0, 2.0);
    assertThat(outcome.failed()).isEmpty();
    assertThat(outcome.interrupted()).isFalse();
  }

  @Test
  void anEngineThatFailsIsLeftOutWithItsReason() throws PeerException {
    Fake broken = new Fake("broken", 2, 4, 5, 6);
    broken.failsAt = 1;

    var outcome = run(0, 3, new Fake("skipstone", 3, 4, 5, 6), broken);

    assertThat(outcome.failed()).containsExactly(java.util.Map.entry("broken", "it broke"));
    assertThat(outcome.results()).noneMatch(result -> result.name().contains("broken"));
    assertThat(figure(outcome, "peers/skipstone/tg3", "tokens_per_second")).hasSize(3);
    assertThat(turns.stream().filter(turn -> turn.startsWith("broken"))).hasSize(3);
  }

  @Test
  void outputThatIsNoTextCostsAnEngineItsFigures() throws PeerException {
    var outcome =
        run(0, 1, new Fake("skipstone", 3, 4, 5, 6), new Fake("a", 9, 4, 500), new Fake("b", 9, 4));

    assertThat(outcome.failed().get("a")).contains("not in the vocabulary", "means nothing");
    assertThat(outcome.failed().get("b")).contains("ended after one token");
    assertThat(outcome.results()).allMatch(result -> result.name().contains("skipstone"));
  }

  @Test
  void withoutTheFirstEngineThereIsNothingToCompareWith() {
    Fake broken = new Fake("skipstone", 2, 4, 5, 6);
    broken.failsAt = 0;
    assertThatThrownBy(() -> run(0, 1, broken, new Fake("other", 2, 4, 5, 6)))
        .isInstanceOf(PeerException.class)
        .hasMessage("skipstone failed: it broke");
  }

  @Test
  void interruptionKeepsCompleteTurns() throws PeerException {
    Fake other = new Fake("other", 2, 4, 5, 6);
    other.interruptedAt = 2;

    var outcome = run(0, 5, new Fake("skipstone", 3, 4, 5, 6), other);

    assertThat(outcome.interrupted()).isTrue();
    assertThat(outcome.results()).allSatisfy(result -> assertThat(result.runs()).hasSize(2));
    Fake early = new Fake("other", 2, 4, 5, 6);
    early.interruptedAt = 0;
    assertThat(run(0, 5, new Fake("skipstone", 3, 4, 5, 6), early).results()).isEmpty();
  }

  @Test
  void anEngineThatSpinsWhileOthersRunIsFound() throws PeerException {
    Fake spinning = new Fake("other", 2, 4, 5, 6);
    spinning.spins = true;

    var outcome = run(0, 1, new Fake("skipstone", 3, 4, 5, 6), spinning);

    assertThat(figure(outcome, "peers/other/idle", "processors").getFirst()).isBetween(0.9, 10.0);
  }

  @Test
  void absurdSettingsAreErrors() {
    assertThatIllegalArgumentException().isThrownBy(() -> new PeerBenchmark(WORKLOAD, -1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new PeerBenchmark(WORKLOAD, 0, 0));
  }

  private static PeerBenchmark.Outcome run(int warmUps, int turns, Peer... peers)
      throws PeerException {
    return new PeerBenchmark(WORKLOAD, warmUps, turns).run(List.of(peers), Progress.silent());
  }

  private static List<Double> figure(PeerBenchmark.Outcome outcome, String name, String metric) {
    return outcome.results().stream()
        .filter(result -> result.name().equals(name) && result.metric().equals(metric))
        .map(BenchResult::runs)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " " + metric));
  }
}
