package dev.skipstone.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PeerAnswerTest {
  @Test
  void theFirstTokenBelongsToThePrompt() {
    PeerAnswer answer = PeerAnswer.timed(512, 2, 0.5, List.of(1, 2, 3));

    assertThat(answer.promptRate()).isCloseTo(256, within(1e-9));
    assertThat(answer.decodeRate()).isCloseTo(4, within(1e-9));
    assertThat(PeerAnswer.timed(1, 0, 0, List.of(1)).decodeRate()).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PeerAnswer(Double.NaN, 1, Optional.empty()));
  }

  @Test
  void outputThatIsNoTextIsFound() {
    assertThat(answer(List.of()).problem(9, 100)).contains("it generated nothing");
    assertThat(answer(List.of(1, 2)).problem(1, 100).orElseThrow())
        .isEqualTo("it generated 2 tokens where 1 were asked for");
    assertThat(answer(List.of(1, 100)).problem(2, 100).orElseThrow())
        .contains("token 100 is not in the vocabulary");
    assertThat(answer(List.of(-1)).problem(2, 100).orElseThrow()).contains("token -1");
    assertThat(answer(Collections.nCopies(128, 7)).problem(128, 100).orElseThrow())
        .isEqualTo("its 128 tokens are nothing but [7] again and again");
    List<Integer> two = IntStream.range(0, 12).mapToObj(i -> i % 2).toList();
    assertThat(answer(two).problem(12, 100)).isPresent();
  }

  @Test
  void outputThatMayBeTextPasses() {
    assertThat(answer(IntStream.range(0, 12).mapToObj(i -> i % 3).toList()).problem(12, 100))
        .isEmpty();
    assertThat(answer(List.of(7)).problem(1, 100)).isEmpty();
    assertThat(new PeerAnswer(1, 1, Optional.empty()).problem(1, 100)).isEmpty();
  }

  @Test
  void commonPrefixEndsAtTheFirstDifferenceOrTheShorterEnd() {
    PeerAnswer answer = answer(List.of(1, 2, 3));

    assertThat(answer.commonPrefix(answer(List.of(1, 2, 4, 3)))).contains(2);
    assertThat(answer.commonPrefix(answer(List.of(1, 2)))).contains(2);
    assertThat(answer.commonPrefix(answer(List.of(2)))).contains(0);
    assertThat(answer.commonPrefix(new PeerAnswer(1, 1, Optional.empty()))).isEmpty();
  }

  private static PeerAnswer answer(List<Integer> tokens) {
    return new PeerAnswer(1, 1, Optional.of(tokens));
  }
}
