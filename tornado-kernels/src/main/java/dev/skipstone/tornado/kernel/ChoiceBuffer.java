package dev.skipstone.tornado.kernel;

/**
 * Places in the float array that tells kernels how tokens are to be drawn. It goes to the device
 * each time that some are.
 */
public final class ChoiceBuffer {
  /** What logits are divided by; above 0. */
  public static final int TEMPERATURE = 0;

  /** How many of the most probable tokens are kept; the vocabulary's size keeps all. */
  public static final int TOP_K = 1;

  /** What the probabilities of those that are kept sum to at least; 1 keeps all. */
  public static final int TOP_P = 2;

  /** How probable a token has to be against the best one; 0 keeps all. */
  public static final int MIN_P = 3;

  /** Place in the draft that the distribution is kept for; {@link #NOWHERE} when verifying. */
  public static final int SLOT = 4;

  /** For {@link #SLOT}. */
  public static final float NOWHERE = -1;

  /** Row of the logits that is drawn from where the distribution is kept. */
  public static final int ROW = 5;

  /** Most tokens of a draft. */
  public static final int MAX_DRAFTED = PassBuffer.MAX_LOGIT_ROWS - 1;

  /** Uniform in [0, 1): one for each drafted token, and one behind them to draw with. */
  public static final int CHANCES = ROW + 1;

  /** 1 for each drafted token that was drawn, 0 for one that was chosen for certain. */
  public static final int DRAWN = CHANCES + MAX_DRAFTED + 1;

  /** Floats of the array. */
  public static final int SIZE = DRAWN + MAX_DRAFTED;

  private ChoiceBuffer() {}
}
