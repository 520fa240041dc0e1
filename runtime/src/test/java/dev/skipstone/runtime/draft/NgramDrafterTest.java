package dev.skipstone.runtime.draft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NgramDrafterTest {
  @Test
  void proposesWhatFollowed() {
    assertThat(propose(3, 1, 2, 3, 4, 5, 1, 2)).containsExactly(3, 4, 5);
  }

  @Test
  void theLatestOfEqualMatches() {
    assertThat(propose(1, 1, 2, 7, 1, 2, 8, 1, 2)).containsExactly(8);
  }

  @Test
  void aLongerMatchBeatsALaterOne() {
    assertThat(propose(1, 9, 1, 2, 7, 5, 1, 2, 8, 9, 1, 2)).containsExactly(7);
  }

  @Test
  void matchesOfMoreThanFourTokensCountAsFour() {
    assertThat(propose(1, 9, 1, 2, 3, 4, 7, 0, 1, 2, 3, 4, 8, 9, 1, 2, 3, 4)).containsExactly(8);
  }

  @Test
  void oneTokenIsTooLittle() {
    assertThat(propose(3, 1, 2, 3, 5, 2)).isEmpty();
  }

  @Test
  void aMatchMayOverlapTheEnd() {
    assertThat(propose(5, 4, 4, 4, 4)).containsExactly(4);
    assertThat(propose(5, 1, 2, 1, 2, 1, 2)).containsExactly(1, 2);
  }

  @Test
  void shortHistories() {
    assertThat(propose(3, 1)).isEmpty();
    assertThat(propose(3, 1, 1)).isEmpty();
    assertThat(propose(3, 1, 1, 1)).containsExactly(1);
  }

  @Test
  void proposedTokensAreCertain() {
    Draft draft = draft(3, 1, 2, 3, 1, 2);
    assertThat(draft.isDrawn(0)).isFalse();
  }

  private static int[] propose(int most, int... tokens) {
    return draft(most, tokens).tokens();
  }

  private static Draft draft(int most, int... tokens) {
    TokenHistory history = new TokenHistory();
    for (int token : tokens) {
      history.add(token);
    }
    Draft draft = new Draft(most);
    DraftMethod.ngram(most).open(null).propose(history, most, draft);
    return draft;
  }
}
