package dev.skipstone.runtime.draft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.runtime.pass.DraftTokens;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.runtime.pass.TokenChooser;
import dev.skipstone.runtime.sampling.Sampling;
import dev.skipstone.runtime.testing.FixedLogits;
import dev.skipstone.runtime.testing.StubRunner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SkipDrafterTest {
  private static final LayerPath PATH = LayerPath.skipping(3, new int[] {1}, new int[] {2});

  private final List<Pass> passes = new ArrayList<>();
  private ChooserSpy chooser;

  @Test
  void draftsATokenAPassOverItsPath() {
    Draft draft = propose(drafter(Sampling.greedy(), 0.9, 0.8, 0.7), 3);
    assertThat(draft.tokens()).containsExactly(1, 1, 1);
    assertThat(passes).hasSize(3).allMatch(pass -> pass.path().equals(PATH));
    assertThat(passes).extracting(Pass::start).containsExactly(10, 11, 12);
    assertThat(passes).extracting(pass -> pass.tokens()[0]).containsExactly(5, 1, 1);
    assertThat(passes).allMatch(pass -> pass.rows() == 1 && pass.logitRows().length == 1);
  }

  @Test
  void stopsBehindATokenThatItIsNotSureOf() {
    Draft draft = propose(drafter(Sampling.greedy(), 0.9, 0.55, 0.9), 3);
    assertThat(draft.tokens()).containsExactly(1, 1);
    assertThat(passes).hasSize(2);
  }

  @Test
  void rejectedDraftsMakeItMoreCareful() {
    Drafter drafter = drafter(Sampling.greedy(), 0.9, 0.605, 0.605, 0.605, 0.605, 0.605, 0.605);
    assertThat(propose(drafter, 2).length()).isEqualTo(2);
    Draft rejected = new Draft(1);
    rejected.add(1);
    for (int i = 0; i < 10; i++) {
      drafter.verified(rejected, 0);
    }
    // Now over 0.605.
    assertThat(propose(drafter, 2).length()).isEqualTo(1);
  }

  @Test
  void whenSamplingTokensAreDrawnForTheirPlaces() {
    Drafter drafter = drafter(Sampling.at(1, 3), 0.8, 0.7);
    Draft draft = propose(drafter, 2);
    assertThat(draft.isDrawn(0)).isTrue();
    assertThat(draft.isDrawn(1)).isTrue();
    assertThat(chooser.places).containsExactly(0, 1);
    assertThat(chooser.probabilities.get(0)).isBetween(0.79f, 0.81f);
    assertThat(chooser.probabilities.get(1)).isBetween(0.69f, 0.71f);
    assertThat(passes.get(1).tokens()[0]).isEqualTo(draft.token(0));
  }

  private static Draft propose(Drafter drafter, int most) {
    TokenHistory history = new TokenHistory();
    history.add(5);
    Draft draft = new Draft(most);
    drafter.propose(history, most, draft);
    return draft;
  }

  /** Over a runner whose passes give token 1 these probabilities and token 0 the rest. */
  private Drafter drafter(Sampling rule, double... probabilities) {
    PassRunner runner =
        new StubRunner() {
          @Override
          public Logits run(Pass pass) {
            double p = probabilities[passes.size()];
            passes.add(pass);
            return FixedLogits.ofProbabilities(new double[] {1 - p, p});
          }
        };
    chooser = new ChooserSpy(rule.open(runner, 2));
    return DraftMethod.skip(PATH, 5).open(new DraftContext(runner, chooser, 3, null, () -> false));
  }

  /** Notes what a chooser is asked for. */
  private static final class ChooserSpy implements TokenChooser {
    private final TokenChooser chooser;
    private final List<Integer> places = new ArrayList<>();
    private final List<Float> probabilities = new ArrayList<>();

    private ChooserSpy(TokenChooser chooser) {
      this.chooser = chooser;
    }

    @Override
    public int draft(Logits logits, int row, int index) {
      places.add(index);
      probabilities.add(logits.topProbability(0));
      return chooser.draft(logits, row, index);
    }

    @Override
    public void verify(DraftTokens draft, Logits logits) {
      chooser.verify(draft, logits);
    }

    @Override
    public int accepted() {
      return chooser.accepted();
    }

    @Override
    public int next() {
      return chooser.next();
    }
  }
}
