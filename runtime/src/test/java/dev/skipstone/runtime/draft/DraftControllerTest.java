package dev.skipstone.runtime.draft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against a model with a clock of its own: costs and chances are given, nothing is measured. */
class DraftControllerTest {
  private static final int MOST = 8;

  /** A pass over one row, in nanoseconds. */
  private static final double PASS = 3e6;

  private final Random random = new Random(1);
  private double passCost;
  private double tokenCost = 0.3;
  private double rowCost = 0.1;
  private double acceptance = 0.85;
  private double plainCost = 1;
  private int plainSteps;
  private int drafts;
  private int draftTokens;

  @Test
  void draftsWhereThatPays() {
    DraftController controller = DraftController.measuring(1, false);
    decode(controller, 300);
    assertThat(decode(controller, 1000)).isGreaterThan(1.1);
    assertThat(plainSteps).isLessThan(drafts / 10);
  }

  @Test
  void theBestLengthFollowsFromCostsAndRates() {
    tokenCost = 0;
    rowCost = 0.01;
    acceptance = 0.95;
    DraftController controller = DraftController.measuring(0, false);
    decode(controller, 500);
    decode(controller, 1000);
    assertThat(meanLength()).isGreaterThan(MOST - 1);
    rowCost = 0.5;
    acceptance = 0.6;
    decode(controller, 500);
    decode(controller, 1000);
    assertThat(meanLength()).isBetween(1.0, 2.0);
  }

  @Test
  void costsNextToNothingWhereItDoesNotPay() {
    tokenCost = 0.9;
    rowCost = 0.3;
    acceptance = 0.7;
    DraftController controller = DraftController.measuring(0.75, false);
    // The first answer of all, which has everything to learn, and then the others.
    assertThat(decode(controller, 96)).isGreaterThan(0.96);
    assertThat(decode(controller, 2000)).isGreaterThan(0.99);
    assertThat(drafts).as("still looks whether it pays").isPositive();
  }

  @Test
  void noticesWhenItPaysNoLongerAndWhenItPaysAgain() {
    DraftController controller = DraftController.measuring(0.5, false);
    for (int i = 0; i < 3; i++) {
      acceptance = 0.9;
      decode(controller, 2000);
      assertThat(decode(controller, 1000)).as("pays, time %d", i).isGreaterThan(1.2);
      acceptance = 0.1;
      decode(controller, 300);
      assertThat(decode(controller, 1000)).as("does not pay, time %d", i).isGreaterThan(0.97);
    }
  }

  /** Passes over one row are slow until the JVM has compiled them. */
  @Test
  void noticesThatPlainPassesHaveBecomeFaster() {
    tokenCost = 0.9;
    rowCost = 0.3;
    acceptance = 0.7;
    plainCost = 5;
    DraftController controller = DraftController.measuring(0.75, false);
    decode(controller, 400);
    assertThat(drafts).as("pays at first").isGreaterThan(plainSteps / 4);
    plainCost = 1;
    decode(controller, 200);
    assertThat(decode(controller, 1000)).isGreaterThan(0.97);
  }

  @Test
  void theFirstTokensAreDecodedPlainly() {
    decode(DraftController.measuring(0, false), 128);
    assertThat(drafts).isZero();
    decode(DraftController.counting(0, false), 128);
    assertThat(drafts).as("where no time is measured").isPositive();
  }

  @Test
  void triesBecomeFewerUpToALimit() {
    acceptance = 0;
    tokenCost = 2;
    DraftController controller = DraftController.measuring(2, false);
    decode(controller, 1000);
    decode(controller, 1290);
    assertThat(drafts).isBetween(9, 11);
  }

  @Test
  void oneStolenProcessorDoesNotStopDrafting() {
    DraftController controller = DraftController.measuring(0.5, false);
    decode(controller, 500);
    controller.timed(2, 2, (long) (40 * PASS), (long) (90 * PASS));
    assertThat(controller.length(MOST, 1)).isPositive();
  }

  @Test
  void whatWasForeseenForNothingCounts() {
    DraftController controller = DraftController.counting(0, false);
    for (int i = 0; i < 60; i++) {
      controller.foreseen(2, 0, false);
    }
    assertThat(controller.length(MOST, 2)).as("the first try").isEqualTo(1);
    assertThat(controller.length(MOST, 2)).isZero();
    for (int i = 0; i < 60; i++) {
      controller.foreseen(2, 0, true);
    }
    assertThat(controller.length(MOST, 2)).isPositive();
  }

  @Test
  void strongerEvidenceAllowsLongerDrafts() {
    DraftController controller = DraftController.counting(0, false);
    assertThat(controller.length(MOST, 12)).isGreaterThan(controller.length(MOST, 2));
    assertThat(controller.length(3, 12)).isEqualTo(3);
    assertThat(controller.length(MOST, 1000))
        .isEqualTo(controller.length(MOST, DraftController.MOST_EVIDENCE));
  }

  @Test
  void withoutEvidenceOrRoomNothing() {
    DraftController controller = DraftController.counting(0, false);
    assertThat(controller.length(MOST, 0)).isZero();
    assertThat(controller.length(0, 12)).isZero();
    assertThat(controller.length(-1, 12)).isZero();
  }

  /** With sampling: another clock, the same drafts. */
  @Test
  void aCountingControllerTakesNoNoticeOfTime() {
    DraftController quick = DraftController.counting(0.3, false);
    DraftController slow = DraftController.counting(0.3, false);
    boolean drafted = false;
    for (int i = 0; i < 500; i++) {
      int length = quick.length(MOST, 1 + i % 5);
      assertThat(slow.length(MOST, 1 + i % 5)).as("step %d", i).isEqualTo(length);
      drafted |= length > 0;
      int accepted = accepted(length);
      quick.timed(length, length, length, 1000 + length);
      slow.timed(length, length, 100_000L * length * i, 1000L * (1 + length));
      quick.verified(1 + i % 5, length, draft(length), accepted);
      slow.verified(1 + i % 5, length, draft(length), accepted);
    }
    assertThat(drafted).isTrue();
  }

  /** One pass drafts all: a fixed cost and little for each token more, which it has to find out. */
  @Test
  void aDraftOfOnePassIsPricedAsOne() {
    passCost = 0.35;
    tokenCost = 0.02;
    rowCost = 0.05;
    acceptance = 0.75;
    DraftController controller = DraftController.measuring(0.33, true);
    decode(controller, 500);
    // Priced by the token, a draft would be as short as it was tried first.
    assertThat(decode(controller, 1000)).isGreaterThan(1.7);
    assertThat(meanLength()).isGreaterThan(4);
  }

  @Test
  void aDraftOfOnePassThatDoesNotPayIsGivenUp() {
    passCost = 0.8;
    tokenCost = 0.1;
    rowCost = 0.4;
    acceptance = 0.5;
    DraftController controller = DraftController.measuring(0.33, true);
    decode(controller, 1000);
    assertThat(decode(controller, 2000)).isGreaterThan(0.98);
    assertThat(drafts).as("still looks whether it pays").isPositive();
  }

  @Test
  void whatTheDrafterIsNotSureOfIsNotVerified() {
    DraftController controller = DraftController.counting(0.1, true);
    for (int i = 0; i < 40; i++) {
      controller.verified(1, 4, confident(0.95f, 0.95f, 0.95f, 0.95f), 4);
    }
    assertThat(controller.length(4, 1)).isEqualTo(4);
    assertThat(controller.worthwhile(confident(0.95f, 0.95f, 0.95f, 0.95f))).isEqualTo(4);
    assertThat(controller.worthwhile(confident(0.95f, 0.95f, 0.05f, 0.95f))).isEqualTo(2);
    assertThat(controller.worthwhile(confident(0.05f, 0.95f, 0.95f, 0.95f))).isZero();
    assertThat(controller.worthwhile(draft(4))).as("without confidences").isEqualTo(4);
  }

  /** A drafter that is sure of itself and wrong is not believed for long, nor a modest one. */
  @Test
  void confidencesMeanWhatComesOfThem() {
    DraftController controller = DraftController.counting(0.1, true);
    for (int i = 0; i < 60; i++) {
      controller.verified(1, 2, confident(0.95f, 0.35f), i % 10 == 0 ? 2 : 0);
      controller.verified(1, 2, confident(0.55f, 0.35f), 2);
    }
    controller.length(4, 1);
    assertThat(controller.worthwhile(confident(0.95f, 0.35f))).isZero();
    assertThat(controller.worthwhile(confident(0.55f, 0.35f))).isEqualTo(2);
  }

  /** Else what was cut once would be cut for ever. */
  @Test
  void aDraftToSeeWhetherItPaysIsVerifiedWhole() {
    DraftController controller = DraftController.counting(3, true);
    int length = 0;
    for (int i = 0; length == 0; i++) {
      assertThat(i).isLessThan(100);
      length = controller.length(4, 1);
    }
    assertThat(length).isEqualTo(1);
    assertThat(controller.worthwhile(confident(0.05f))).isEqualTo(1);
  }

  private static Draft confident(float... confidences) {
    Draft draft = new Draft(MOST);
    for (float confidence : confidences) {
      draft.addDrawn(1, confidence);
    }
    return draft;
  }

  /** Returns tokens a time beside plain decoding's. */
  private double decode(DraftController controller, int tokens) {
    plainSteps = 0;
    drafts = 0;
    draftTokens = 0;
    double time = 0;
    int decoded = 0;
    while (decoded < tokens) {
      int length = controller.length(MOST, 1);
      int accepted = accepted(length);
      double drafting = length == 0 ? 0 : (passCost + length * tokenCost) * PASS;
      double verifying = PASS * (length == 0 ? plainCost : 1 + rowCost * length);
      controller.timed(length, length, (long) drafting, (long) verifying);
      controller.verified(1, length, draft(length), accepted);
      plainSteps += length == 0 ? 1 : 0;
      drafts += length > 0 ? 1 : 0;
      draftTokens += length;
      time += drafting + verifying;
      decoded += accepted + 1;
    }
    return decoded * PASS / time;
  }

  /** One without confidences. */
  private static Draft draft(int length) {
    Draft draft = new Draft(MOST);
    for (int i = 0; i < length; i++) {
      draft.add(i);
    }
    return draft;
  }

  private double meanLength() {
    return (double) draftTokens / drafts;
  }

  private int accepted(int length) {
    int accepted = 0;
    while (accepted < length && random.nextDouble() < acceptance) {
      accepted++;
    }
    return accepted;
  }
}
