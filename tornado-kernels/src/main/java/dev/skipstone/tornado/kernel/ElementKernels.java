package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** What is done to each channel by itself. */
public final class ElementKernels {
  /** An activation: x / (1 + e^-x). */
  public static final int SILU = 0;

  /**
   * An activation near to GELU (arXiv 1606.08415): x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).
   */
  public static final int GELU = 1;

  private static final float GELU_CUBE = 0.044715f;

  /** 2 sqrt(2/pi), since 1 + tanh(x) is 2 / (1 + e^-2x). */
  private static final float GELU_SLOPE = 1.5957692f;

  private ElementKernels() {}

  /**
   * activation(gate) * up.
   *
   * @param activation a constant when a kernel is compiled
   */
  static float gated(int activation, float gate, float up) {
    if (activation == GELU) {
      float bent = gate + GELU_CUBE * gate * gate * gate;
      return gate / (1f + TornadoMath.exp(-GELU_SLOPE * bent)) * up;
    }
    return gate / (1f + TornadoMath.exp(-gate)) * up;
  }

  /** cap tanh(x / cap), by an exponential, which all devices have precisely enough. */
  static float capped(float x, float cap) {
    return cap - 2f * cap / (TornadoMath.exp(2f * x / cap) + 1f);
  }

  /** Starts a sublayer that has no norm in front; one work-item. */
  public static void startStep(KernelContext context, IntArray pass) {
    if (context.globalIdx == 0) {
      int step = PassBuffer.PATH + PassBuffer.STEP_SIZE * pass.get(PassBuffer.STEP);
      pass.set(PassBuffer.LAYER, pass.get(step));
      pass.set(PassBuffer.SLOT, pass.get(step + 1));
    }
  }

  /**
   * One work-item a channel: output += bias of the layer.
   *
   * @param bias [layers][channels]
   * @param output [rows][channels]
   */
  public static void addBias(
      KernelContext context, IntArray pass, FloatArray bias, FloatArray output, int channels) {
    int i = context.globalIdx;
    if (i < pass.get(PassBuffer.ROWS) * channels) {
      int at = pass.get(PassBuffer.LAYER) * channels + i % channels;
      output.set(i, output.get(i) + bias.get(at));
    }
  }

  /**
   * One work-item a channel.
   *
   * @param gateAndUp [rows][2 * hidden], a row's gates and then its ups
   * @param gated [rows][hidden]
   */
  public static void gate(
      KernelContext context,
      IntArray pass,
      FloatArray gateAndUp,
      FloatArray gated,
      int activation,
      int hidden) {
    int row = context.globalIdx / hidden;
    int i = context.globalIdx % hidden;
    if (row < pass.get(PassBuffer.ROWS)) {
      int at = row * 2 * hidden + i;
      gated.set(row * hidden + i, gated(activation, gateAndUp.get(at), gateAndUp.get(at + hidden)));
    }
  }

  /**
   * One work-item a channel: residual += factor update. Ends a sublayer.
   *
   * @param residual [rows][width]
   * @param update [rows][width]
   */
  public static void addResidual(
      KernelContext context,
      IntArray pass,
      FloatArray update,
      FloatArray residual,
      int width,
      float factor) {
    int i = context.globalIdx;
    if (i < pass.get(PassBuffer.ROWS) * width) {
      residual.set(i, residual.get(i) + factor * update.get(i));
    }
    if (i == 0) {
      pass.set(PassBuffer.STEP, pass.get(PassBuffer.STEP) + 1);
    }
  }

  /**
   * One work-item a logit, which is held below a cap; those of tokens that can't be drafted stay.
   *
   * @param logits [logit rows][vocabulary]
   */
  public static void capLogits(
      KernelContext context, IntArray pass, FloatArray logits, int vocabulary, float cap) {
    int i = context.globalIdx;
    if (i < pass.get(PassBuffer.LOGIT_ROWS) * vocabulary) {
      float logit = logits.get(i);
      if (logit > AdapterKernels.IMPOSSIBLE) {
        logits.set(i, capped(logit, cap));
      }
    }
  }
}
