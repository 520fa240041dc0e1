package dev.skipstone.adapt.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextFilterTest {
  private static final int[] PROMPT = {1, 2, 3};

  private final TextFilter filter = new TextFilter();

  @Test
  void whatIsNewIsKept() {
    assertThat(judge(PROMPT, counting(0, 100))).isEqualTo(Verdict.KEPT);
    assertThat(judge(PROMPT, counting(200, 100))).isEqualTo(Verdict.KEPT);
  }

  @Test
  void emptyAndVeryShortAnswersAreDropped() {
    assertThat(judge(PROMPT, counting(0, 2))).isEqualTo(Verdict.TOO_SHORT);
    assertThat(filter.judge(PROMPT, counting(0, 20), " \n")).isEqualTo(Verdict.TOO_SHORT);
  }

  @Test
  void refusalsAreDroppedAndOnlyWhereTheyBegin() {
    int[] answer = counting(0, 20);
    assertThat(filter.judge(PROMPT, answer, "I\u2019m sorry, but I can't help with that."))
        .isEqualTo(Verdict.REFUSED);
    assertThat(filter.judge(PROMPT, answer, "As an AI, I have no taste."))
        .isEqualTo(Verdict.REFUSED);
    assertThat(filter.judge(PROMPT, answer, "She said: I'm sorry, but I must go."))
        .isEqualTo(Verdict.KEPT);
  }

  @Test
  void aLoopIsDropped() {
    int[] loop = IntStream.range(0, 100).map(i -> i % 12).toArray();
    assertThat(judge(PROMPT, loop)).isEqualTo(Verdict.LOOP);
    int[] loopAtTheEnd = IntStream.range(0, 100).map(i -> i < 50 ? i : i % 10).toArray();
    assertThat(judge(PROMPT, loopAtTheEnd)).isEqualTo(Verdict.LOOP);
    int[] refrain = IntStream.range(0, 100).map(i -> i < 80 ? i : i - 80).toArray();
    assertThat(judge(PROMPT, refrain)).as("a passage that comes twice").isEqualTo(Verdict.KEPT);
  }

  @Test
  void anAnswerThatFallsIntoALoopIsCutThere() {
    int[] late = IntStream.range(0, 160).map(i -> i < 50 ? i : 100 + i % 10).toArray();
    int end = TextFilter.withoutLoop(late);
    assertThat(end).as("with the start of the loop").isBetween(70, 100);
    assertThat(judge(PROMPT, late)).isEqualTo(Verdict.LOOP);
    assertThat(judge(PROMPT, Arrays.copyOf(late, end))).isEqualTo(Verdict.KEPT);
    assertThat(TextFilter.withoutLoop(counting(0, 100))).isEqualTo(100);
    int[] early = IntStream.range(0, 100).map(i -> i % 12).toArray();
    assertThat(TextFilter.withoutLoop(early)).as("nothing but a loop").isEqualTo(100);
  }

  @Test
  void theSameItemIsADuplicateHoweverShort() {
    int[] answer = {7, 8, 9};
    assertThat(judge(PROMPT, answer)).isEqualTo(Verdict.KEPT);
    assertThat(judge(PROMPT, answer.clone())).isEqualTo(Verdict.DUPLICATE);
    assertThat(judge(new int[] {4}, answer)).as("another prompt").isEqualTo(Verdict.KEPT);
  }

  @Test
  void anAnswerThatIsMostlyKnownIsADuplicate() {
    assertThat(judge(PROMPT, counting(0, 100))).isEqualTo(Verdict.KEPT);
    int[] other = {4, 5};
    int[] mostly = IntStream.range(0, 100).map(i -> i < 70 ? i : i + 500).toArray();
    assertThat(judge(other, mostly)).isEqualTo(Verdict.DUPLICATE);
    int[] partly = IntStream.range(0, 100).map(i -> i < 30 ? i : i + 500).toArray();
    assertThat(judge(other, partly)).isEqualTo(Verdict.KEPT);
  }

  @Test
  void whatAnAnswerHasFromItsPromptIsNoDuplicate() {
    assertThat(judge(PROMPT, counting(0, 100))).isEqualTo(Verdict.KEPT);
    assertThat(judge(counting(0, 100), counting(10, 60))).as("a summary").isEqualTo(Verdict.KEPT);
    assertThat(judge(counting(0, 20), counting(10, 60))).isEqualTo(Verdict.DUPLICATE);
  }

  @Test
  void whatWasRememberedCounts() {
    filter.remember(PROMPT, counting(0, 50));
    assertThat(judge(PROMPT, counting(0, 50))).isEqualTo(Verdict.DUPLICATE);
  }

  private Verdict judge(int[] prompt, int[] answer) {
    return filter.judge(prompt, answer, "Some words.");
  }

  private static int[] counting(int from, int count) {
    return IntStream.range(from, from + count).toArray();
  }
}
