package dev.skipstone.model;

import java.util.List;
import java.util.Optional;

/**
 * Rotary position embedding (RoFormer, arXiv 2104.09864): at position p, pair i of a head's
 * channels is turned by p base^(-2i / dimensions) / divisor i, and made longer by the magnitude.
 * All ways of scaling RoPE for longer contexts are such divisors.
 *
 * @param base of the frequencies
 * @param dimensions channels of a head that are rotated, the first ones; even
 * @param divisors of the frequencies, one for each pair; empty where all are 1
 * @param magnitude what rotated channels are multiplied with, of queries and of keys
 * @param longer what takes this one's place in long sequences; empty where it serves any length
 */
public record Rope(
    float base, int dimensions, List<Float> divisors, float magnitude, Optional<Longer> longer) {

  /** Not scaled. */
  public Rope(float base, int dimensions) {
    this(base, dimensions, List.of(), 1, Optional.empty());
  }

  /**
   * What sequences of many positions take instead (LongRoPE, arXiv 2402.13753).
   *
   * @param positions the most that a sequence has with the first one
   * @param rope what longer ones have
   */
  public record Longer(int positions, Rope rope) {}

  /** Radians that a pair is turned by from one position to the next. */
  public double frequency(int pair) {
    double frequency = StrictMath.pow(base, -2.0 * pair / dimensions);
    return divisors.isEmpty() ? frequency : frequency / divisors.get(pair);
  }

  /** What a sequence of so many positions takes. */
  public Rope forLength(int positions) {
    return longer.filter(other -> positions > other.positions()).map(Longer::rope).orElse(this);
  }
}
