package dev.skipstone.benchmarks;

import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;

/**
 * S3D's performance model (arXiv 2405.20314): every drafted token is confirmed with the same
 * probability &alpha;, whatever came before it, and a pass costs what share of the sublayers it
 * runs, whatever its rows. With &gamma; drafted tokens and a share &beta; of the sublayers skipped
 * by the draft, an iteration gives (1 - &alpha;<sup>&gamma;+1</sup>) / (1 - &alpha;) tokens for 2 -
 * &beta; passes.
 *
 * @param acceptance &alpha;, 0 or more and below 1
 * @param skipped &beta;, 0 to 1
 */
public record S3dModel(double acceptance, double skipped) {
  private static final double ALMOST_ONE = 1 - 1e-6;
  private static final double ACCURACY = 1e-9;

  public S3dModel {
    if (!(acceptance >= 0 && acceptance < 1)) {
      throw new IllegalArgumentException("an acceptance of " + acceptance + ", not 0 to 1");
    }
    if (!(skipped >= 0 && skipped <= 1)) {
      throw new IllegalArgumentException("a skipped share of " + skipped + ", not 0 to 1");
    }
  }

  /**
   * The model whose tokens an iteration are nearest to those that were measured, by least squares.
   *
   * @param tokens an iteration with 1, 2, … drafted tokens
   */
  public static S3dModel fit(double skipped, double[] tokens) {
    double acceptance =
        new BrentOptimizer(ACCURACY, ACCURACY)
            .optimize(
                new UnivariateObjectiveFunction(
                    guess -> squaredError(new S3dModel(guess, skipped), tokens)),
                GoalType.MINIMIZE,
                new SearchInterval(0, ALMOST_ONE),
                new MaxEval(1000))
            .getPoint();
    return new S3dModel(acceptance, skipped);
  }

  private static double squaredError(S3dModel model, double[] tokens) {
    double sum = 0;
    for (int i = 0; i < tokens.length; i++) {
      double error = model.tokens(i + 1) - tokens[i];
      sum += error * error;
    }
    return sum;
  }

  /** Tokens an iteration. */
  public double tokens(int drafted) {
    return (1 - Math.pow(acceptance, drafted + 1.0)) / (1 - acceptance);
  }

  /** Passes that an iteration costs. */
  public double cost() {
    return 2 - skipped;
  }

  /** The improvement factor: tokens in the time that plain decoding takes for one. */
  public double improvement(int drafted) {
    return tokens(drafted) / cost();
  }

  /**
   * U in &alpha; = 1 - &beta;<sup>U</sup>: the simplest curve from 1 where nothing is skipped to 0
   * where everything is. The larger, the better a model stands skipping.
   */
  public double exponent() {
    return Math.log(1 - acceptance) / Math.log(skipped);
  }

  /** &alpha; of a share of skipped sublayers, by {@link #exponent}. */
  public static double acceptance(double skipped, double exponent) {
    return 1 - Math.pow(skipped, exponent);
  }
}
