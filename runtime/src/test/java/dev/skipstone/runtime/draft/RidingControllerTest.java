package dev.skipstone.runtime.draft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against a model with a clock of its own: costs and chances are given, nothing is measured. */
class RidingControllerTest {
  private static final int MOST = 2;

  /** A plain step, in nanoseconds. */
  private static final double STEP = 4e6;

  private final Random random = new Random(2);

  /** Shares of a plain step. */
  private double rowCost = 0.1;

  private double maskCost = 0.05;
  private double acceptance = 0.5;

  /** Times as long as later, of the first steps with masks. */
  private int coldSteps;

  private int ridden;
  private int verified;
  private int possible;

  @Test
  void masksRideWhereThatPays() {
    RidingController controller = new RidingController(MOST, true);
    decode(controller, 300);
    assertThat(decode(controller, 2000)).isGreaterThan(1.15);
    assertThat(ridden).isGreaterThan(1500);
  }

  @Test
  void whereTheyDoNotTheyCostNextToNothing() {
    rowCost = 0.3;
    maskCost = 0.25;
    acceptance = 0.3;
    RidingController controller = new RidingController(MOST, true);
    decode(controller, 1000);
    assertThat(decode(controller, 4000)).isGreaterThan(0.99);
    assertThat(ridden).as("still looks whether it pays").isPositive().isLessThan(300);
  }

  @Test
  void codeThatIsNotCompiledYetDecidesNothing() {
    coldSteps = 40;
    RidingController controller = new RidingController(MOST, true);
    decode(controller, 600);
    assertThat(decode(controller, 2000)).isGreaterThan(1.1);
  }

  @Test
  void turnsWithTheCosts() {
    RidingController controller = new RidingController(MOST, true);
    decode(controller, 1000);
    rowCost = 0.5;
    maskCost = 0.4;
    decode(controller, 1000);
    assertThat(decode(controller, 1000)).isGreaterThan(0.97);
    rowCost = 0.02;
    maskCost = 0.01;
    decode(controller, 9000);
    assertThat(decode(controller, 1000)).isGreaterThan(1.3);
  }

  @Test
  void onlyGuessesThatPromiseMoreThanTheyCostAreVerified() {
    rowCost = 0.4;
    maskCost = 0.01;
    acceptance = 0.45;
    RidingController controller = new RidingController(1, true);
    decode(controller, 4000);
    assertThat((double) verified / possible).isBetween(0.2, 0.8);
  }

  @Test
  void withoutTimesOneMaskRidesAlways() {
    RidingController controller = new RidingController(MOST, false);
    for (int i = 0; i < 1000; i++) {
      assertThat(controller.masks()).isEqualTo(1);
      controller.step(1, 0, 1L << random.nextInt(40));
    }
  }

  /**
   * Decodes so many steps.
   *
   * @return speed, as a multiple of plain decoding's
   */
  private double decode(RidingController controller, int steps) {
    Draft guesses = new Draft(MOST);
    double time = 0;
    int tokens = 0;
    ridden = 0;
    verified = 0;
    possible = 0;
    for (int i = 0; i < steps; i++) {
      int rows = controller.worthwhile(guesses);
      int masks = controller.masks();
      possible += guesses.length();
      verified += rows;
      int accepted = 0;
      for (int place = 0; place < guesses.length(); place++) {
        // A confidence is a chance here.
        boolean right = random.nextDouble() < guesses.confidence(place);
        controller.guessed(place, guesses.confidence(place), right);
        if (!right) {
          break;
        }
        accepted += place < rows ? 1 : 0;
      }
      double cost = 1 + rowCost * rows + maskCost * masks * (rows + 1);
      cost *= masks > 0 && coldSteps-- > 0 ? 5 : 1;
      time += cost;
      tokens += accepted + 1;
      guesses.clear();
      ridden += masks > 0 ? 1 : 0;
      for (int place = 0; place < masks; place++) {
        double chance = Math.clamp(acceptance + 0.25 * random.nextGaussian(), 0.01, 0.99);
        guesses.addDrawn(1, (float) chance);
      }
      controller.step(rows, accepted, (long) (STEP * cost * (1 + 0.1 * random.nextDouble())));
    }
    return tokens / time;
  }
}
