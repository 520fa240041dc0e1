package dev.skipstone.runtime.cpu;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.incubator.vector.FloatVector;

/**
 * Rows of activations that go into products, in each form that the products' tiles want. What a row
 * does not use of its last block is zero.
 */
final class Activations {
  private static final int BLOCK = TileFormat.BLOCK;

  private final int stride;
  private final float[] plain;
  private final float[] sums;
  private final boolean hasCodes;
  private final List<Scaled> all = new ArrayList<>();
  private final Map<ActivationForm, Scaled> byForm = new EnumMap<>(ActivationForm.class);

  /**
   * The activations in a form.
   *
   * @param values [rows][stride]
   * @param tops [rows][blocks] for a form of codes
   */
  @SuppressWarnings("ArrayRecordComponent") // buffers, compared by nobody
  private record Scaled(ActivationForm form, float[] factors, float[] values, float[] tops) {}

  private Activations(int rows, int stride, Set<ActivationForm> forms) {
    this.stride = stride;
    hasCodes = hasCodes(forms);
    plain = new float[rows * stride];
    sums = new float[hasCodes ? rows * blocks() : 0];
    for (ActivationForm form : forms) {
      float[] values = form == ActivationForm.PLAIN ? plain : new float[rows * stride];
      float[] tops = new float[form.bits() > 0 ? rows * blocks() : 0];
      byForm.put(form, new Scaled(form, form.factors(), values, tops));
    }
    all.addAll(byForm.values());
  }

  static Activations allocate(int rows, int columns, Set<ActivationForm> forms) {
    return new Activations(rows, roundUp(columns), forms);
  }

  /** Bytes that {@link #allocate} takes. */
  static long bytes(int rows, int columns, Set<ActivationForm> forms) {
    long stride = roundUp(columns);
    Set<ActivationForm> scaled = EnumSet.copyOf(forms);
    scaled.remove(ActivationForm.PLAIN);
    long codes = scaled.stream().filter(form -> form.bits() > 0).count();
    long perBlock = BLOCK * (1L + scaled.size()) + codes + (hasCodes(forms) ? 1 : 0);
    return Float.BYTES * (rows * (stride / BLOCK) * perBlock);
  }

  private static boolean hasCodes(Set<ActivationForm> forms) {
    return forms.stream().anyMatch(form -> form.bits() > 0);
  }

  private static int roundUp(int columns) {
    return (columns + BLOCK - 1) / BLOCK * BLOCK;
  }

  /** Values of a row, a multiple of {@value TileFormat#BLOCK}. */
  int stride() {
    return stride;
  }

  int blocks() {
    return stride / BLOCK;
  }

  /** The activations themselves, [rows][stride]: what {@link #prepare} reads. */
  float[] values() {
    return plain;
  }

  /** The activations in a form, [rows][stride]. */
  float[] values(ActivationForm form) {
    return byForm.get(form).values;
  }

  /**
   * For a form of codes, [rows][blocks]: half a code's range times the sum of the columns whose
   * codes lie in their words' top bits.
   */
  float[] tops(ActivationForm form) {
    return byForm.get(form).tops;
  }

  /** Sums of blocks, [rows][blocks], where a form of codes is wanted. */
  float[] sums() {
    return sums;
  }

  /** Brings blocks of a row to the forms. */
  void prepare(int row, int firstBlock, int endBlock) {
    int first = row * stride + firstBlock * BLOCK;
    int end = row * stride + endBlock * BLOCK;
    for (int i = 0; i < all.size(); i++) {
      Scaled scaled = all.get(i);
      if (scaled.form != ActivationForm.PLAIN) {
        scale(first, end, scaled.factors, scaled.values);
      }
      if (scaled.tops.length > 0) {
        sumTops(first, end, scaled.form.bits(), scaled.tops);
      }
    }
    for (int column = first; hasCodes && column < end; column += BLOCK) {
      sums[column / BLOCK] = sum(column);
    }
  }

  private void scale(int first, int end, float[] factors, float[] target) {
    for (int i = 0; i < BLOCK; i += Lanes.FLOATS) {
      FloatVector factor = FloatVector.fromArray(Lanes.FLOAT, factors, i);
      for (int column = first + i; column < end; column += BLOCK) {
        FloatVector.fromArray(Lanes.FLOAT, plain, column).mul(factor).intoArray(target, column);
      }
    }
  }

  private void sumTops(int first, int end, int bits, float[] target) {
    int step = Integer.SIZE / bits;
    float half = 1 << (bits - 1);
    for (int column = first; column < end; column += BLOCK) {
      float sum = 0;
      for (int i = step - 1; i < BLOCK; i += step) {
        sum += plain[column + i];
      }
      target[column / BLOCK] = half * sum;
    }
  }

  /** In pairs, so that additions overlap. */
  private float sum(int column) {
    float sum = 0;
    for (int i = column; i < column + BLOCK; i += 8) {
      float first = (plain[i] + plain[i + 1]) + (plain[i + 2] + plain[i + 3]);
      float second = (plain[i + 4] + plain[i + 5]) + (plain[i + 6] + plain[i + 7]);
      sum += first + second;
    }
    return sum;
  }
}
