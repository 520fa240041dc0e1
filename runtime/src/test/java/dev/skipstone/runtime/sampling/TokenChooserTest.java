package dev.skipstone.runtime.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.skipstone.runtime.draft.Draft;
import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.runtime.pass.TokenChooser;
import dev.skipstone.runtime.testing.FixedLogits;
import dev.skipstone.runtime.testing.GoodnessOfFit;
import dev.skipstone.runtime.testing.StubRunner;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Choosers of tokens, and speculative sampling on a vocabulary of four. Random numbers have fixed
 * seeds, so that a p-value is the same at every run.
 */
class TokenChooserTest {
  private static final int ROUNDS = 20_000;

  /** A right rule's p-values are spread evenly over 0 to 1. */
  private static final double ACCEPTABLE = 0.01;

  private static final double DETECTED = 1e-9;

  /** The full model's distribution of the first token, and of the second whatever the first. */
  private static final double[][] TARGET = {{0.5, 0.2, 0.25, 0.05}, {0.1, 0.1, 0.2, 0.6}};

  private static final double[][] DRAWN_FROM = {{0.1, 0.6, 0.2, 0.1}, {0.25, 0.25, 0.25, 0.25}};

  private final Sampler sampler = new Sampler(Sampling.at(1, 77), 4);
  private final SamplingChooser chooser = new SamplingChooser(sampler, 4);

  @Test
  void greedyAcceptsWhatIsTheSame() {
    TokenChooser greedy = new GreedyChooser();
    FixedLogits logits =
        new FixedLogits(
            new float[] {0, 9, 1, 2}, new float[] {5, 0, 1, 2}, new float[] {0, 0, 1, 2});
    assertGreedy(greedy, logits, 0, 1);
    assertGreedy(greedy, logits, 0, 1, 3, 0);
    assertGreedy(greedy, logits, 1, 0, 1, 1);
    assertGreedy(greedy, logits, 2, 3, 1, 0);
  }

  @Test
  void greedyDraftsTheBest() {
    FixedLogits logits = new FixedLogits(new float[] {0, 9, 1, 9});
    assertThat(new GreedyChooser().draft(logits, 0, 0)).isEqualTo(1);
  }

  @Test
  void whatEachDraftedTokenWasDrawnFromIsKept() {
    chooser.draft(FixedLogits.ofProbabilities(DRAWN_FROM[0]), 0, 0);
    chooser.draft(FixedLogits.ofProbabilities(DRAWN_FROM[1]), 0, 1);
    for (int place = 0; place < 2; place++) {
      for (int token = 0; token < 4; token++) {
        assertThat((double) chooser.distribution(place)[token])
            .isCloseTo(DRAWN_FROM[place][token], within(1e-6));
      }
    }
  }

  /** A runner whose device samples is asked to, with the rule's settings and random numbers. */
  @Test
  void theRunnersOwnSamplerIsTaken() {
    TokenChooser own = new GreedyChooser();
    Sampling rule = new Sampling(0.7f, 5, 0.9f, 0.1f, 11);
    float first = rule.random().nextFloat();
    PassRunner runner =
        new StubRunner() {
          @Override
          public Optional<TokenChooser> sampler(
              float temperature, int topK, float topP, float minP, RandomGenerator random) {
            assertThat(new Sampling(temperature, topK, topP, minP, 11)).isEqualTo(rule);
            assertThat(random.nextFloat()).isEqualTo(first);
            return Optional.of(own);
          }
        };
    assertThat(rule.open(runner, 4)).isSameAs(own);
    assertThat(Sampling.greedy().open(runner, 4)).isInstanceOf(GreedyChooser.class);
    assertThat(rule.open(new StubRunner(), 4)).isInstanceOf(SamplingChooser.class);
  }

  @Test
  void withoutADraftTheTargetIsDrawn() {
    assertThat(firstTokens(draft -> {}, this::verified)).isGreaterThan(ACCEPTABLE);
  }

  @Test
  void drawnDraftsLeaveTheDistributionAsItIs() {
    assertThat(firstTokens(this::drawDraft, this::verified)).isGreaterThan(ACCEPTABLE);
    assertThat(secondTokens(this::drawDraft)).isGreaterThan(ACCEPTABLE);
  }

  @Test
  void certainDraftsLeaveTheDistributionAsItIs() {
    for (int token = 0; token < 4; token++) {
      int certain = token;
      assertThat(firstTokens(draft -> draft.add(certain), this::verified))
          .as("draft %d", token)
          .isGreaterThan(ACCEPTABLE);
      assertThat(
              secondTokens(draft -> {
                draft.add(0);
                draft.add(certain);
              }))
          .as("draft 0, %d", token)
          .isGreaterThan(ACCEPTABLE);
    }
  }

  /** A token that filters took from the target can't come out, whatever the draft says. */
  @Test
  void whatTheTargetExcludesIsNeverAccepted() {
    Sampler filtered = new Sampler(new Sampling(1, 2, 1, 0, 3), 4);
    TokenChooser strict = new SamplingChooser(filtered, 4);
    Draft draft = new Draft(1);
    for (int i = 0; i < 500; i++) {
      draft.clear();
      draft.add(1);
      strict.verify(draft, FixedLogits.ofProbabilities(TARGET));
      assertThat(strict.accepted()).isZero();
      assertThat(strict.next()).isIn(0, 2);
    }
  }

  /** A draft vocabulary: tokens without a logit are never drafted, and come as often as before. */
  @Test
  void tokensThatCanNotBeDraftedKeepTheirProbability() {
    double[] some = {0, 0.7, 0.3, 0};
    long[] counts = new long[4];
    Draft draft = new Draft(1);
    for (int i = 0; i < ROUNDS; i++) {
      draft.clear();
      draft.addDrawn(chooser.draft(FixedLogits.ofProbabilities(TARGET[1], some), 1, 0));
      assertThat(draft.token(0)).isIn(1, 2);
      counts[verified(draft)]++;
    }
    assertThat(GoodnessOfFit.pValue(TARGET[0], counts)).isGreaterThan(ACCEPTABLE);
  }

  @Test
  void aDraftFromTheTargetItselfIsAlwaysAccepted() {
    Draft draft = new Draft(1);
    FixedLogits logits = FixedLogits.ofProbabilities(TARGET);
    for (int i = 0; i < 500; i++) {
      draft.clear();
      draft.addDrawn(chooser.draft(logits, 0, 0));
      chooser.verify(draft, logits);
      assertThat(chooser.accepted()).isEqualTo(1);
    }
  }

  /** As rounding can make it: the draft's probabilities are nowhere below the target's. */
  @Test
  void aTokenRejectedWithNothingLeftComesFromTheTarget() {
    double[] target = {0, 0.5, 0.5};
    long[] counts = new long[3];
    SamplingChooser small = new SamplingChooser(new Sampler(Sampling.at(1, 5), 3), 3);
    Draft draft = new Draft(1);
    for (int i = 0; i < ROUNDS; i++) {
      draft.clear();
      System.arraycopy(new float[] {0, 1, 1}, 0, small.distribution(0), 0, 3);
      draft.addDrawn(1);
      small.verify(draft, FixedLogits.ofProbabilities(target, target));
      if (small.accepted() == 0) {
        counts[small.next()]++;
      }
    }
    assertThat(counts[1]).isPositive();
    assertThat(GoodnessOfFit.pValue(target, counts)).isGreaterThan(ACCEPTABLE);
  }

  /** The tests above are worth something: they see rules that are wrong. */
  @Test
  void wrongRulesAreDetected() {
    assertThat(firstTokens(this::drawDraft, draft -> draft.token(0)))
        .as("accept always")
        .isLessThan(DETECTED);
    assertThat(firstTokens(this::drawDraft, this::drawAgainFromAll))
        .as("accept with p instead of p/q, and draw again from p")
        .isLessThan(DETECTED);
    assertThat(firstTokens(draft -> draft.add(1), this::drawAgainFromAll))
        .as("a rejected token may come back")
        .isLessThan(DETECTED);
  }

  private int drawAgainFromAll(Draft draft) {
    float[] target = new float[4];
    sampler.distribution(FixedLogits.ofProbabilities(TARGET), 0, target);
    int token = draft.token(0);
    return sampler.chance(target[token]) ? token : sampler.draw(target);
  }

  private int verified(Draft draft) {
    chooser.verify(draft, FixedLogits.ofProbabilities(TARGET[0], TARGET[1], TARGET[1]));
    return chooser.accepted() > 0 ? draft.token(0) : chooser.next();
  }

  private void drawDraft(Draft draft) {
    for (double[] row : DRAWN_FROM) {
      draft.addDrawn(chooser.draft(FixedLogits.ofProbabilities(row), 0, draft.length()));
    }
  }

  private static double firstTokens(Consumer<Draft> drafter, ToIntFunction<Draft> rule) {
    long[] counts = new long[4];
    Draft draft = new Draft(2);
    for (int i = 0; i < ROUNDS; i++) {
      draft.clear();
      drafter.accept(draft);
      counts[rule.applyAsInt(draft)]++;
    }
    return GoodnessOfFit.pValue(TARGET[0], counts);
  }

  /** The token behind an accepted first one: whatever the draft proposes for it. */
  private double secondTokens(Consumer<Draft> drafter) {
    long[] counts = new long[4];
    Draft draft = new Draft(2);
    for (int i = 0; i < ROUNDS; i++) {
      draft.clear();
      drafter.accept(draft);
      verified(draft);
      if (chooser.accepted() > 0) {
        counts[chooser.accepted() > 1 ? draft.token(1) : chooser.next()]++;
      }
    }
    return GoodnessOfFit.pValue(TARGET[1], counts);
  }

  private static void assertGreedy(
      TokenChooser greedy, FixedLogits logits, int accepted, int next, int... tokens) {
    Draft draft = new Draft(3);
    for (int token : tokens) {
      draft.add(token);
    }
    greedy.verify(draft, logits);
    assertThat(greedy.accepted()).isEqualTo(accepted);
    assertThat(greedy.next()).isEqualTo(next);
  }
}
