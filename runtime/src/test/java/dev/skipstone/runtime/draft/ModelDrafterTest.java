package dev.skipstone.runtime.draft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.runtime.pass.KvCache;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.sampling.Sampling;
import dev.skipstone.runtime.testing.FixedLogits;
import dev.skipstone.runtime.testing.StubRunner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which passes the draft model runs; each gives token 1 the same probability, token 0 the rest. */
class ModelDrafterTest {
  private final List<Pass> passes = new ArrayList<>();
  private final Recorder runner = new Recorder();
  private final DraftSequence sequence = new DraftSequence(runner, 2);
  private final TokenHistory history = new TokenHistory();
  private double probability = 0.9;
  private boolean cancelled;

  private final Drafter drafter =
      new ModelDrafter(
          new DraftContext(
              new StubRunner(), Sampling.greedy().openOnHost(2), 3, null, () -> cancelled),
          sequence);

  @Test
  void readsWhatItHasNotReadInTheDraftsFirstPass() {
    add(5, 6, 7);
    assertThat(propose(3).tokens()).containsExactly(1, 1, 1);
    assertThat(passes).extracting(Pass::start).containsExactly(0, 3, 4);
    assertThat(passes.getFirst().tokens()).containsExactly(5, 6, 7);
    assertThat(passes).allMatch(pass -> pass.logitRows().length == 1 && pass.path().isFull());
    passes.clear();
    // Two of them stood, and the model's own token behind them is another.
    add(1, 1, 8);
    propose(1);
    assertThat(passes).extracting(Pass::start).containsExactly(5);
    assertThat(passes.getFirst().tokens()).containsExactly(8);
    passes.clear();
    // All stood: the draft's last token was never read.
    add(1, 9);
    propose(1);
    assertThat(passes).extracting(Pass::start).containsExactly(6);
    assertThat(passes.getFirst().tokens()).containsExactly(1, 9);
  }

  @Test
  void theLastTokenIsReadAgainWhereItWasReadAsADraft() {
    add(5);
    propose(3);
    passes.clear();
    // Of three tokens one was verified, and the model's own behind it was the draft's next.
    add(1, 1);
    propose(1);
    assertThat(passes).extracting(Pass::start).containsExactly(2);
    assertThat(passes.getFirst().tokens()).containsExactly(1);
  }

  @Test
  void aLongTextIsReadInPassesBefore() {
    for (int i = 0; i < 90; i++) {
      add(2 + i);
    }
    drafter.prepare(history);
    assertThat(passes).extracting(Pass::start).containsExactly(0, 64);
    assertThat(passes).allMatch(pass -> pass.logitRows().length == 0);
    propose(1);
    assertThat(passes).hasSize(3);
    assertThat(passes.getLast().tokens()).containsExactly(91);
  }

  @Test
  void aCancelledAnswerReadsNoFurther() {
    for (int i = 0; i < 90; i++) {
      add(2 + i);
    }
    cancelled = true;
    drafter.prepare(history);
    assertThat(propose(3).length()).isZero();
    assertThat(passes).isEmpty();
  }

  @Test
  void stopsBehindATokenThatItIsNotSureOf() {
    add(5);
    probability = 0.55;
    assertThat(propose(3).tokens()).containsExactly(1);
    assertThat(passes).hasSize(1);
  }

  @Test
  void numbersThatRanOverProposeNothing() {
    add(5);
    probability = Double.NaN;
    assertThat(propose(3).length()).isZero();
  }

  @Test
  void draftsUpToTheEndOfItsContextAndNotBehind() {
    for (int i = 0; i < 99; i++) {
      add(2);
    }
    drafter.prepare(history);
    assertThat(drafter.evidence(history)).isEqualTo(1);
    // Positions 98 and 99 are read, and one token is guessed behind each.
    assertThat(propose(9).length()).isEqualTo(2);
    add(7);
    assertThat(drafter.evidence(history)).isEqualTo(1);
    assertThat(propose(9).length()).isEqualTo(1);
    add(7);
    assertThat(drafter.evidence(history)).isZero();
  }

  @Test
  void aHistoryThatChangedFromItsBeginningIsReadAgain() {
    add(5, 6, 7);
    propose(1);
    history.truncate(1);
    add(9, 7);
    sequence.begin(50);
    passes.clear();
    propose(1);
    assertThat(passes.getFirst().start()).isEqualTo(1);
    assertThat(passes.getFirst().tokens()).containsExactly(9, 7);
    // A runner that turns its keys otherwise for so many positions.
    runner.keeps = false;
    sequence.begin(90);
    passes.clear();
    propose(1);
    assertThat(passes.getFirst().tokens()).containsExactly(5, 9, 7);
  }

  private void add(int... tokens) {
    for (int token : tokens) {
      history.add(token);
    }
  }

  private Draft propose(int most) {
    Draft draft = new Draft(most);
    drafter.propose(history, most, draft);
    return draft;
  }

  /** A runner with an empty cache of 100 positions. */
  private final class Recorder extends StubRunner {
    private boolean keeps = true;
    private int length;

    @Override
    public boolean expect(int positions) {
      return keeps;
    }

    @Override
    public KvCache cache() {
      return new KvCache() {
        @Override
        public int length() {
          return length;
        }

        @Override
        public int capacity() {
          return 100;
        }

        @Override
        public void truncate(int newLength) {
          assertThat(newLength).isLessThanOrEqualTo(length);
          length = newLength;
        }
      };
    }

    @Override
    public Logits run(Pass pass) {
      assertThat(pass.start()).as("no gap, and nothing twice").isEqualTo(length);
      length += pass.rows();
      assertThat(length).isLessThanOrEqualTo(100);
      passes.add(pass);
      return FixedLogits.ofProbabilities(new double[] {1 - probability, probability});
    }
  }
}
