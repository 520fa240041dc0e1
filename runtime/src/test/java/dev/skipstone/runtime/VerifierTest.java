package dev.skipstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.runtime.draft.Draft;
import dev.skipstone.runtime.sampling.Sampler;
import dev.skipstone.runtime.sampling.Sampling;
import dev.skipstone.runtime.testing.FixedLogits;
import dev.skipstone.runtime.testing.GoodnessOfFit;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/**
 * Speculative sampling on a vocabulary of four. Random numbers have fixed seeds, so that a p-value
 * is the same at every run.
 */
class VerifierTest {
  private static final int ROUNDS = 20_000;

  /** A right rule's p-values are spread evenly over 0 to 1. */
  private static final double ACCEPTABLE = 0.01;

  private static final double DETECTED = 1e-9;

  /** The full model's distribution of the first token, and of the second whatever the first. */
  private static final double[][] TARGET = {{0.5, 0.2, 0.25, 0.05}, {0.1, 0.1, 0.2, 0.6}};

  private static final double[][] DRAWN_FROM = {{0.1, 0.6, 0.2, 0.1}, {0.25, 0.25, 0.25, 0.25}};

  private final Sampler sampler = new Sampler(Sampling.at(1, 77), 4);
  private final Verifier verifier = new Verifier(sampler, 4);

  @Test
  void greedyAcceptsWhatIsTheSame() {
    Verifier greedy = new Verifier(new Sampler(Sampling.greedy(), 4), 4);
    FixedLogits logits =
        new FixedLogits(
            new float[] {0, 9, 1, 2}, new float[] {5, 0, 1, 2}, new float[] {0, 0, 1, 2});
    assertGreedy(greedy, logits, 0, 1);
    assertGreedy(greedy, logits, 0, 1, 3, 0);
    assertGreedy(greedy, logits, 1, 0, 1, 1);
    assertGreedy(greedy, logits, 2, 3, 1, 0);
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
    Verifier strict = new Verifier(filtered, 4);
    Draft draft = new Draft(1);
    for (int i = 0; i < 500; i++) {
      draft.clear();
      draft.add(1);
      strict.verify(draft, FixedLogits.ofProbabilities(TARGET));
      assertThat(strict.accepted()).isZero();
      assertThat(strict.next()).isIn(0, 2);
    }
  }

  @Test
  void aDraftFromTheTargetItselfIsAlwaysAccepted() {
    Draft draft = new Draft(1);
    FixedLogits logits = FixedLogits.ofProbabilities(TARGET);
    for (int i = 0; i < 500; i++) {
      draft.clear();
      sampler.distribution(logits, 0, draft.nextProbabilities(4));
      draft.addDrawn(sampler.draw(draft.nextProbabilities(4)));
      verifier.verify(draft, logits);
      assertThat(verifier.accepted()).isEqualTo(1);
    }
  }

  /** As rounding can make it: the draft's probabilities are nowhere below the target's. */
  @Test
  void aTokenRejectedWithNothingLeftComesFromTheTarget() {
    double[] target = {0, 0.5, 0.5};
    long[] counts = new long[3];
    Verifier small = new Verifier(new Sampler(Sampling.at(1, 5), 3), 3);
    Draft draft = new Draft(1);
    for (int i = 0; i < ROUNDS; i++) {
      draft.clear();
      System.arraycopy(new float[] {0, 1, 1}, 0, draft.nextProbabilities(3), 0, 3);
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
    verifier.verify(draft, FixedLogits.ofProbabilities(TARGET[0], TARGET[1], TARGET[1]));
    return verifier.accepted() > 0 ? draft.token(0) : verifier.next();
  }

  private void drawDraft(Draft draft) {
    for (double[] row : DRAWN_FROM) {
      float[] probabilities = draft.nextProbabilities(4);
      for (int i = 0; i < 4; i++) {
        probabilities[i] = (float) row[i];
      }
      draft.addDrawn(sampler.draw(probabilities));
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
      if (verifier.accepted() > 0) {
        counts[verifier.accepted() > 1 ? draft.token(1) : verifier.next()]++;
      }
    }
    return GoodnessOfFit.pValue(TARGET[1], counts);
  }

  private static void assertGreedy(
      Verifier greedy, FixedLogits logits, int accepted, int next, int... tokens) {
    Draft draft = new Draft(3);
    for (int token : tokens) {
      draft.add(token);
    }
    greedy.verify(draft, logits);
    assertThat(greedy.accepted()).isEqualTo(accepted);
    assertThat(greedy.next()).isEqualTo(next);
  }
}
