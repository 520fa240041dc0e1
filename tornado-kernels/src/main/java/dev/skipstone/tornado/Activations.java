package dev.skipstone.tornado;

import dev.skipstone.model.Architecture.RopePairing;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.tornado.kernel.AcceptanceKernels;
import dev.skipstone.tornado.kernel.ChoiceBuffer;
import dev.skipstone.tornado.kernel.HeadSizes;
import dev.skipstone.tornado.kernel.PassBuffer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What passes of one sequence hold on the device besides its cache. Room for {@link
 * PassBuffer#MAX_ROWS} rows, and {@link PassBuffer#MAX_LOGIT_ROWS} of logits.
 *
 * @param pass as {@link PassBuffer} has it
 * @param residual [rows][width]
 * @param normed [rows][width]
 * @param projected [rows][queries, keys, values]
 * @param attended [rows][heads * headSize]
 * @param gateAndUp [rows][2 * hidden]
 * @param gated [rows][hidden]
 * @param update [rows][width]
 * @param logits [logit rows][vocabulary]
 * @param best a token for each row of logits
 * @param probability of each of them
 * @param choice as {@link ChoiceBuffer} has it
 * @param target [logit rows][vocabulary], what tokens are drawn from
 * @param draft [drafted tokens][vocabulary], what they were drawn from
 * @param least logit of the last token that filters keep, for each row of logits
 * @param last its id
 * @param result how many drafted tokens stand, and the token behind them
 * @param angles as {@link RopeTables} has them
 */
record Activations(
    HeadSizes heads,
    IntArray pass,
    FloatArray residual,
    FloatArray normed,
    FloatArray projected,
    FloatArray attended,
    FloatArray gateAndUp,
    FloatArray gated,
    FloatArray update,
    FloatArray logits,
    IntArray best,
    FloatArray probability,
    FloatArray choice,
    FloatArray target,
    FloatArray draft,
    FloatArray least,
    IntArray last,
    IntArray result,
    FloatArray angles) {

  static Activations allocate(Model model, int positions) {
    HyperParameters sizes = model.hyperParameters();
    int rows = PassBuffer.MAX_ROWS;
    int heads = sizes.heads() * sizes.headSize();
    return new Activations(
        headSizes(model, positions),
        new IntArray(PassBuffer.size(sizes.layers())),
        new FloatArray(rows * sizes.width()),
        new FloatArray(rows * sizes.width()),
        new FloatArray(rows * (heads + 2 * sizes.keyValueHeads() * sizes.headSize())),
        new FloatArray(rows * heads),
        new FloatArray(rows * 2 * sizes.hidden()),
        new FloatArray(rows * sizes.hidden()),
        new FloatArray(rows * sizes.width()),
        new FloatArray(PassBuffer.MAX_LOGIT_ROWS * sizes.vocabulary()),
        new IntArray(PassBuffer.MAX_LOGIT_ROWS),
        new FloatArray(PassBuffer.MAX_LOGIT_ROWS),
        new FloatArray(ChoiceBuffer.SIZE),
        new FloatArray(PassBuffer.MAX_LOGIT_ROWS * sizes.vocabulary()),
        new FloatArray(ChoiceBuffer.MAX_DRAFTED * sizes.vocabulary()),
        new FloatArray(PassBuffer.MAX_LOGIT_ROWS),
        new IntArray(PassBuffer.MAX_LOGIT_ROWS),
        new IntArray(AcceptanceKernels.RESULTS),
        RopeTables.of(sizes, positions).angles());
  }

  /** Bytes of the largest array that is as wide as the vocabulary. */
  static long largestArray(HyperParameters sizes) {
    return PassBuffer.MAX_LOGIT_ROWS * (long) sizes.vocabulary() * Float.BYTES;
  }

  /**
   * Most bytes of {@link #allocate} on the device, where each graph has buffers of its own for what
   * lies between its kernels.
   *
   * @param stacks of layers
   */
  static long bytes(HyperParameters sizes, int positions, int stacks) {
    long row =
        sizes.width()
            + (long) PassShape.values().length * stacks * (attentionRow(sizes) + mlpRow(sizes));
    long endRows = PassBuffer.MAX_ROWS * (long) sizes.width();
    long end = endRows + PassBuffer.MAX_LOGIT_ROWS * (sizes.vocabulary() + 2L);
    long drawing =
        (PassBuffer.MAX_LOGIT_ROWS + ChoiceBuffer.MAX_DRAFTED) * (long) sizes.vocabulary()
            + 2L * PassBuffer.MAX_LOGIT_ROWS
            + ChoiceBuffer.SIZE
            + AcceptanceKernels.RESULTS;
    long floats =
        PassBuffer.size(sizes.layers())
            + PassBuffer.MAX_ROWS * row
            + PassGraphs.END_SHAPES.size() * end
            + drawing
            + stacks * RopeTables.of(sizes, positions).size();
    return floats * Float.BYTES;
  }

  /**
   * These, with arrays of their own for what lies between a sublayer's kernels.
   *
   * @param rows that those have room for
   */
  Activations between(HyperParameters sizes, int rows) {
    return new Activations(
        heads,
        pass,
        residual,
        new FloatArray(rows * sizes.width()),
        new FloatArray(rows * (projected.getSize() / PassBuffer.MAX_ROWS)),
        new FloatArray(rows * (attended.getSize() / PassBuffer.MAX_ROWS)),
        new FloatArray(rows * 2 * sizes.hidden()),
        new FloatArray(rows * sizes.hidden()),
        new FloatArray(rows * sizes.width()),
        logits,
        best,
        probability,
        choice,
        target,
        draft,
        least,
        last,
        result,
        angles);
  }

  /**
   * Most bytes on the device of {@link #between} and the products with matrices down of a few rows.
   *
   * @param stacks of layers
   * @param lowWidth floats of a row of those products
   */
  static long adaptedBytes(HyperParameters sizes, int stacks, int lowWidth) {
    long sublayers = attentionRow(sizes) + mlpRow(sizes) + 2L * lowWidth;
    // Also of bridges, and of the end with the norm, the best tokens and their probabilities.
    long others = lowWidth + sizes.width() + 2L;
    return PassShape.FEW.mostRows() * (stacks * sublayers + others) * Float.BYTES;
  }

  /** Floats of a row of what lies between the kernels of an attention sublayer. */
  private static long attentionRow(HyperParameters sizes) {
    long heads = (long) sizes.heads() * sizes.headSize();
    return 2L * sizes.width() + 2 * heads + 2L * sizes.keyValueHeads() * sizes.headSize();
  }

  /** Floats of a row of what lies between the kernels of an MLP sublayer. */
  private static long mlpRow(HyperParameters sizes) {
    return 2L * sizes.width() + 3L * sizes.hidden();
  }

  private static HeadSizes headSizes(Model model, int positions) {
    HyperParameters sizes = model.hyperParameters();
    return new HeadSizes(
        sizes.heads(),
        sizes.keyValueHeads(),
        sizes.headSize(),
        sizes.ropeDimensions() / 2,
        model.architecture().rope() == RopePairing.ADJACENT,
        positions);
  }
}
