package dev.skipstone.model.family;

import dev.skipstone.model.Rope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;

/** The ways of scaling RoPE for longer contexts, each as divisors of a plain RoPE's frequencies. */
public final class RopeScaling {
  private final Rope plain;
  private final int pairs;

  /**
   * @param plain what is to be scaled
   */
  public RopeScaling(Rope plain) {
    this.plain = plain;
    pairs = plain.dimensions() / 2;
  }

  /** Positions as if they were nearer (position interpolation, arXiv 2306.15595). */
  public Rope linear(float factor) {
    return factor == 1 ? plain : with(Collections.nCopies(pairs, factor), 1);
  }

  /**
   * Llama 3.1's: pairs that turn slower than some wavelength are scaled, those that turn fast are
   * not, and in between it is mixed.
   *
   * @param lowFactor {@code original} divided by it is the shortest wavelength that is fully scaled
   * @param highFactor {@code original} divided by it is the longest that is not scaled
   * @param original positions of the context before scaling
   */
  public Rope llama3(float factor, float lowFactor, float highFactor, int original) {
    return with(
        divisors(pair -> {
          double wavelength = 2 * Math.PI / plain.frequency(pair);
          if (wavelength < (double) original / highFactor) {
            return 1;
          }
          if (wavelength > (double) original / lowFactor) {
            return factor;
          }
          double kept = (original / wavelength - lowFactor) / (highFactor - lowFactor);
          return 1 / ((1 - kept) / factor + kept);
        }),
        1);
  }

  /**
   * YaRN (arXiv 2309.00071): pairs that turn less than {@code slow} times in the original context
   * are scaled, those that turn more than {@code fast} times are not.
   *
   * @param truncate whether the limits are whole pairs
   */
  public Rope yarn(
      float factor, float fast, float slow, int original, boolean truncate, float magnitude) {
    double low = correction(fast, original);
    double high = correction(slow, original);
    double from = Math.max(0, truncate ? Math.floor(low) : low);
    double last = Math.min(plain.dimensions() - 1, truncate ? Math.ceil(high) : high);
    double to = from == last ? last + 0.001 : last;
    return with(
        divisors(pair -> {
          double scaled = Math.clamp((pair - from) / (to - from), 0.0, 1.0);
          return 1 / (scaled / factor + 1 - scaled);
        }),
        magnitude);
  }

  /** The pair that turns so many times in the original context. */
  private double correction(double turns, int original) {
    return plain.dimensions()
        * Math.log(original / (turns * 2 * Math.PI))
        / (2 * Math.log(plain.base()));
  }

  /** YaRN's magnitude: 0.1 weight ln(factor) + 1. */
  public static float yarnMagnitude(float factor, float weight) {
    return factor <= 1 ? 1 : (float) (0.1 * weight * Math.log(factor) + 1);
  }

  /**
   * LongRoPE (arXiv 2402.13753): divisors found by search, some for the original context and others
   * for longer ones.
   *
   * @param original positions of the original context
   */
  public Rope longRope(List<Float> shorts, List<Float> longs, int original, float magnitude) {
    Rope longer = with(longs, magnitude);
    return new Rope(
        plain.base(),
        plain.dimensions(),
        List.copyOf(shorts),
        magnitude,
        Optional.of(new Rope.Longer(original, longer)));
  }

  /** LongRoPE's magnitude: sqrt(1 + ln(factor) / ln(original)). */
  public static float longMagnitude(float factor, int original) {
    return factor <= 1 ? 1 : (float) Math.sqrt(1 + Math.log(factor) / Math.log(original));
  }

  /** With divisors as they are in a file. */
  public Rope with(List<Float> divisors, float magnitude) {
    return new Rope(
        plain.base(), plain.dimensions(), List.copyOf(divisors), magnitude, Optional.empty());
  }

  private List<Float> divisors(IntToDoubleFunction divisor) {
    List<Float> divisors = new ArrayList<>(pairs);
    for (int pair = 0; pair < pairs; pair++) {
      divisors.add((float) divisor.applyAsDouble(pair));
    }
    return divisors;
  }
}
