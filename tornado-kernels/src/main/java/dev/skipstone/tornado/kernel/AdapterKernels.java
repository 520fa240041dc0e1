package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What a draft adapter does in its passes. To a matrix W it adds a product of low rank, up down:
 * the products with down are {@code low}, and what comes behind W adds those with up.
 *
 * <p>Parameters that they share: {@code words} and {@code floats} are matrices as {@link Encoding}
 * has them, down or up, [slots][rows][columns]; the rank is down's rows and up's columns.
 */
public final class AdapterKernels {
  /** Work-items of a group that works on one row of a matrix. */
  public static final int LANES = 64;

  /** Tokens of a block of the draft vocabulary. */
  public static final int TOKENS = 32;

  /**
   * The logit of a token that can't be drafted: no probability is left of it. It is no infinity, so
   * that searches can bisect.
   */
  public static final float IMPOSSIBLE = -1e30f;

  private AdapterKernels() {}

  /**
   * Rows of mask slots get their embeddings, one work-item a channel.
   *
   * @param masks [slots][width]
   * @param residual [rows][width]
   */
  public static void placeMasks(
      KernelContext context, IntArray pass, FloatArray masks, FloatArray residual, int width) {
    int row = context.globalIdx / width;
    int column = context.globalIdx % width;
    if (row < pass.get(PassBuffer.ROWS) && pass.get(PassBuffer.TOKENS + row) < 0) {
      int slot = -1 - pass.get(PassBuffer.TOKENS + row);
      residual.set(row * width + column, masks.get(slot * width + column));
    }
  }

  /**
   * The first half of a bridge, low = down x, one work-item a row of down. Starts a step.
   *
   * @param residual [rows][columns]
   * @param low [rows][rank]
   */
  public static void lowerByItem(
      KernelContext context,
      IntArray pass,
      IntArray words,
      FloatArray floats,
      FloatArray residual,
      FloatArray low,
      int encoding,
      int rank,
      int columns) {
    int i = context.globalIdx;
    int slot = pass.get(PassBuffer.PATH + PassBuffer.STEP_SIZE * pass.get(PassBuffer.STEP) + 1);
    if (i == 0) {
      pass.set(PassBuffer.SLOT, slot);
    }
    if (i < rank) {
      int count = pass.get(PassBuffer.ROWS);
      for (int r = 0; r < count; r++) {
        low.set(
            r * rank + i,
            Encoding.dot(
                words, floats, encoding, slot * rank + i, columns, residual, r * columns, 0, 1));
      }
    }
  }

  /** As {@link #lowerByItem}, one work-group a row of down. */
  public static void lowerByGroup(
      KernelContext context,
      IntArray pass,
      IntArray words,
      FloatArray floats,
      FloatArray residual,
      FloatArray low,
      int encoding,
      int rank,
      int columns) {
    float[] sums = context.allocateFloatLocalArray(LANES);
    int i = context.groupIdx;
    int lane = context.localIdx;
    int slot = pass.get(PassBuffer.PATH + PassBuffer.STEP_SIZE * pass.get(PassBuffer.STEP) + 1);
    if (context.globalIdx == 0) {
      pass.set(PassBuffer.SLOT, slot);
    }
    int count = pass.get(PassBuffer.ROWS);
    int row = slot * rank + i;
    for (int r = 0; r < count; r++) {
      sums[lane] =
          Encoding.dot(words, floats, encoding, row, columns, residual, r * columns, lane, LANES);
      context.localBarrier();
      for (int half = LANES / 2; half > 0; half /= 2) {
        if (lane < half) {
          sums[lane] += sums[lane + half];
        }
        context.localBarrier();
      }
      if (lane == 0) {
        low.set(r * rank + i, sums[0]);
      }
    }
  }

  /**
   * The second half of a bridge, x = scale x + up low, one work-item a channel. Ends a step.
   *
   * @param scale [slots][width]
   * @param low [rows][rank]
   * @param residual [rows][width]
   */
  public static void crossBridge(
      KernelContext context,
      IntArray pass,
      FloatArray scale,
      IntArray words,
      FloatArray floats,
      FloatArray low,
      FloatArray residual,
      int encoding,
      int width,
      int rank) {
    int i = context.globalIdx;
    if (i < pass.get(PassBuffer.ROWS) * width) {
      int from = i / width * rank;
      int row = pass.get(PassBuffer.SLOT) * width + i % width;
      float product = Encoding.dot(words, floats, encoding, row, rank, low, from, 0, 1);
      residual.set(i, residual.get(i) * scale.get(row) + product);
    }
    if (i == 0) {
      pass.set(PassBuffer.STEP, pass.get(PassBuffer.STEP) + 1);
    }
  }

  /**
   * As {@link ElementKernels#gate}, of gates and ups that lack what an adapter adds.
   *
   * @param low [rows][2][rank], for the gates and for the ups
   */
  public static void gateAdapted(
      KernelContext context,
      IntArray pass,
      FloatArray gateAndUp,
      FloatArray low,
      IntArray words,
      FloatArray floats,
      FloatArray gated,
      int activation,
      int encoding,
      int rank,
      int hidden) {
    int row = context.globalIdx / hidden;
    int i = context.globalIdx % hidden;
    if (row < pass.get(PassBuffer.ROWS)) {
      int from = row * 2 * hidden + i;
      int lowFrom = row * 2 * rank;
      int matrixRow = pass.get(PassBuffer.SLOT) * 2 * hidden + i;
      float gate =
          gateAndUp.get(from)
              + Encoding.dot(words, floats, encoding, matrixRow, rank, low, lowFrom, 0, 1);
      float up =
          gateAndUp.get(from + hidden)
              + Encoding.dot(
                  words, floats, encoding, matrixRow + hidden, rank, low, lowFrom + rank, 0, 1);
      gated.set(row * hidden + i, ElementKernels.gated(activation, gate, up));
    }
  }

  /**
   * As {@link ElementKernels#addResidual}, of an update that lacks what an adapter adds.
   *
   * @param low [rows][rank]
   */
  public static void addAdapted(
      KernelContext context,
      IntArray pass,
      FloatArray update,
      FloatArray low,
      IntArray words,
      FloatArray floats,
      FloatArray residual,
      int encoding,
      int width,
      int rank,
      float factor) {
    int i = context.globalIdx;
    if (i < pass.get(PassBuffer.ROWS) * width) {
      int from = i / width * rank;
      int row = pass.get(PassBuffer.SLOT) * width + i % width;
      float product = Encoding.dot(words, floats, encoding, row, rank, low, from, 0, 1);
      residual.set(i, residual.get(i) + factor * (update.get(i) + product));
    }
    if (i == 0) {
      pass.set(PassBuffer.STEP, pass.get(PassBuffer.STEP) + 1);
    }
  }

  /**
   * Where neither rotation, gate nor residual can add it: output += up low, one work-item a
   * channel.
   *
   * @param low [rows][parts][rank]
   * @param output [rows][channels]
   * @param firstPart channels of the first part, such as queries
   * @param otherPart channels of each other part
   */
  public static void raiseByItem(
      KernelContext context,
      IntArray pass,
      FloatArray low,
      IntArray words,
      FloatArray floats,
      FloatArray output,
      int encoding,
      int channels,
      int rank,
      int firstPart,
      int otherPart) {
    int i = context.globalIdx;
    if (i < pass.get(PassBuffer.ROWS) * channels) {
      int channel = i % channels;
      int parts = 1 + (channels - firstPart) / otherPart;
      int part = channel < firstPart ? 0 : 1 + (channel - firstPart) / otherPart;
      int from = (i / channels * parts + part) * rank;
      int row = pass.get(PassBuffer.SLOT) * channels + channel;
      float product = Encoding.dot(words, floats, encoding, row, rank, low, from, 0, 1);
      output.set(i, output.get(i) + product);
    }
  }

  /**
   * Tokens outside the draft vocabulary get the logit {@link #IMPOSSIBLE}, one work-item a logit.
   *
   * @param scored 1 for each {@value #TOKENS} tokens that can be drafted, 0 for others
   * @param logits [logit rows][vocabulary]
   */
  public static void leaveOut(
      KernelContext context, IntArray pass, IntArray scored, FloatArray logits, int vocabulary) {
    int row = context.globalIdx / vocabulary;
    int token = context.globalIdx % vocabulary;
    if (row < pass.get(PassBuffer.LOGIT_ROWS) && scored.get(token / TOKENS) == 0) {
      logits.set(context.globalIdx, IMPOSSIBLE);
    }
  }
}
