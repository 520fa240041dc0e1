package dev.skipstone.runtime.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.runtime.pass.LayerPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DraftMethodTest {
  @Test
  void namesAndLengths() {
    assertThat(DraftMethod.none().name()).isEqualTo("none");
    assertThat(DraftMethod.none().draftTokens()).isZero();
    assertThat(DraftMethod.skip().name()).isEqualTo("skip");
    assertThat(DraftMethod.skip().draftTokens()).isPositive();
    assertThat(DraftMethod.skip(null, 7).draftTokens()).isEqualTo(7);
    assertThat(DraftMethod.ngram(9).name()).isEqualTo("ngram");
    assertThat(DraftMethod.ngram(9).draftTokens()).isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 16})
  void lengthsOutOfRange(int count) {
    String why = "draft tokens is %d, not 1 to 15".formatted(count);
    assertThatThrownBy(() -> DraftMethod.skip(null, count))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
    assertThatThrownBy(() -> DraftMethod.ngram(count))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
  }

  @Test
  void aPathOfAnotherModel() {
    DraftMethod method = DraftMethod.skip(LayerPath.full(3), 4);
    assertThatThrownBy(() -> method.open(new DraftContext(null, null, 4, null, () -> false)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("skipped layers for a model of 3 layers, not this one's 4");
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 22, 30, 80})
  void theBuiltInPathSkipsSomethingAndKeepsTheEnds(int layers) {
    LayerPath path = SkipMethod.builtIn(layers);
    assertThat(path.layers()).isEqualTo(layers);
    assertThat(path.isFull()).isFalse();
    assertThat(path.runsAttention(0) && path.runsMlp(0)).isTrue();
    assertThat(path.runsAttention(layers - 1) && path.runsMlp(layers - 1)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aModelOfVeryFewLayersHasABuiltInPathToo(int layers) {
    assertThat(SkipMethod.builtIn(layers).layers()).isEqualTo(layers);
  }

  @Test
  void aDraftKeepsWhatItWasGiven() {
    Draft draft = new Draft(3);
    draft.add(4);
    draft.addDrawn(1);
    assertThat(draft.tokens()).containsExactly(4, 1);
    assertThat(draft.token(1)).isEqualTo(1);
    assertThat(draft.isDrawn(0)).isFalse();
    assertThat(draft.isDrawn(1)).isTrue();
    assertThatThrownBy(() -> draft.token(2)).isInstanceOf(IndexOutOfBoundsException.class);
    draft.clear();
    assertThat(draft.length()).isZero();
    draft.add(1);
    draft.add(2);
    assertThat(draft.isDrawn(1)).as("the same place, used again").isFalse();
    assertThatThrownBy(() -> draft.isDrawn(2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aHistoryGrowsAndKnowsWhatItShares() {
    TokenHistory history = new TokenHistory();
    for (int i = 0; i < 600; i++) {
      history.add(i);
    }
    assertThat(history.length()).isEqualTo(600);
    assertThat(history.last()).isEqualTo(599);
    assertThat(history.get(300)).isEqualTo(300);
    assertThat(history.commonPrefix(new int[] {0, 1, 2, 9, 4})).isEqualTo(3);
    assertThat(history.commonPrefix(new int[] {7})).isZero();
    assertThat(history.commonPrefix(new int[0])).isZero();
    history.truncate(3);
    history.truncate(5);
    assertThat(history.length()).isEqualTo(3);
    assertThat(history.commonPrefix(new int[] {0, 1, 2})).isEqualTo(3);
    assertThat(history.commonPrefix(new int[] {0, 1, 2, 3})).isEqualTo(3);
  }
}
