package dev.skipstone.tornado.kernel;

/**
 * Places in the int array that tells kernels of a pass. It goes to the device once a pass; from
 * then on kernels themselves keep count of the sublayer they are in, so that nothing has to be
 * copied between sublayers: the first kernel of a step finds its layer and slot in the path and
 * notes them at {@link #LAYER} and {@link #SLOT} for the others, and the last one moves {@link
 * #STEP} on.
 */
public final class PassBuffer {
  /** Rows of the pass. */
  public static final int ROWS = 0;

  /** Position of the first row. */
  public static final int START = 1;

  /** Rows whose logits are asked for. */
  public static final int LOGIT_ROWS = 2;

  /** Steps of the path that were run. */
  public static final int STEP = 3;

  /** Layer of the sublayer that runs. */
  public static final int LAYER = 4;

  /** Place, among those of its kind, of what a draft adapter adds to the sublayer that runs. */
  public static final int SLOT = 5;

  /** Always 0: the layer of matrices that no layer has, such as the output's. */
  public static final int NO_LAYER = 6;

  /** A token for each row; below 0 for a mask slot, the first of which is -1. */
  public static final int TOKENS = 7;

  /** Most rows of a pass. */
  public static final int MAX_ROWS = 64;

  /** Most rows that logits can be asked for. */
  public static final int MAX_LOGIT_ROWS = 16;

  /** Which rows' logits are asked for. */
  public static final int LOGIT_ROW = TOKENS + MAX_ROWS;

  /**
   * {@link #STEP_SIZE} ints for each step, in order: the layer of a sublayer, its {@link #SLOT},
   * and at {@link #WINDOW} and {@link #TABLE} what only attention has. In adapted passes bridges
   * are steps, too, of which the layer counts for nothing.
   */
  public static final int PATH = LOGIT_ROW + MAX_LOGIT_ROWS;

  /** Ints of a step. */
  public static final int STEP_SIZE = 4;

  /** In a step: positions that a row attends to, its own included. */
  public static final int WINDOW = 2;

  /** In a step: which table of angles rotates queries and keys; below 0 for none. */
  public static final int TABLE = 3;

  private PassBuffer() {}

  /**
   * Ints of a pass's buffer.
   *
   * @param layers of the model
   */
  public static int size(int layers) {
    // Two sublayers and a bridge before each layer, and one behind the last.
    return PATH + STEP_SIZE * (3 * layers + 1);
  }
}
