package dev.skipstone.runtime.cpu;

import java.util.Set;
import jdk.incubator.vector.FloatVector;

/**
 * Rows of activations that go into products, in each form that the products' tiles want. What a row
 * does not use of its last block is zero.
 *
 * <p>In a form, groups of rows lie column by column, a column's values of all rows of the group
 * side by side: a product over several rows then reads them from one address on, and keeps its
 * registers for sums. A group has all rows where these are few, else {@value #GROUP}.
 */
final class Activations {
  private static final int BLOCK = TileFormat.BLOCK;

  /** Rows of a group where there are more than a product takes at once. */
  private static final int GROUP = 4;

  private final int stride;

  /** Rows of a group. */
  private int step;

  private final float[] plain;

  /** One for each form that is wanted: a few, asked for by every tile. */
  private final Scaled[] scaled;

  /**
   * The activations in a form.
   *
   * @param values [groups][stride][rows of a group]
   * @param tops for a form of codes, [rows][stride / columns of a scale]
   * @param sums likewise
   */
  @SuppressWarnings("ArrayRecordComponent") // buffers, compared by nobody
  private record Scaled(
      ActivationForm form, float[] factors, float[] values, float[] tops, float[] sums) {

    static Scaled of(ActivationForm form, int rows, int stride) {
      int scales = rows * scales(form, stride);
      return new Scaled(
          form,
          form.factors(),
          new float[room(rows) * stride],
          new float[scales],
          new float[scales]);
    }
  }

  private Activations(int rows, int stride, Set<ActivationForm> forms) {
    this.stride = stride;
    plain = new float[rows * stride];
    scaled =
        forms.stream().sorted().map(form -> Scaled.of(form, rows, stride)).toArray(Scaled[]::new);
    arrange(rows);
  }

  static Activations allocate(int rows, int columns, Set<ActivationForm> forms) {
    return new Activations(rows, roundUp(columns, BLOCK), forms);
  }

  /** Bytes that {@link #allocate} takes. */
  static long bytes(int rows, int columns, Set<ActivationForm> forms) {
    int stride = roundUp(columns, BLOCK);
    long values = (long) rows * stride;
    for (ActivationForm form : forms) {
      values += (long) room(rows) * stride + 2L * rows * scales(form, stride);
    }
    return Float.BYTES * values;
  }

  /** Scales of a row of weights in a form of codes. */
  private static int scales(ActivationForm form, int stride) {
    return form.bits() > 0 ? stride / form.columns() : 0;
  }

  /** Rows of whole groups. */
  private static int room(int rows) {
    return rows <= TileFormat.MOST_ROWS ? rows : roundUp(rows, GROUP);
  }

  private static int roundUp(int count, int multiple) {
    return (count + multiple - 1) / multiple * multiple;
  }

  /** Says how many rows come next: to be called before the first is prepared. */
  void arrange(int nextRows) {
    step = nextRows <= TileFormat.MOST_ROWS ? nextRows : GROUP;
  }

  /** From a row's value of a column to that of the next column. */
  int step() {
    return step;
  }

  /** Where a row's values in a form start. The next rows of its group are beside it. */
  int at(int row) {
    return row / step * step * stride + row % step;
  }

  /** How many rows lie side by side from a row on, itself included. */
  int side(int row) {
    return step - row % step;
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

  /** The activations in a form, row r from {@link #at} on, {@link #step} apart. */
  float[] values(ActivationForm form) {
    return in(form).values;
  }

  /**
   * For a form of codes, [rows][scales]: half a code's range times the sum of the columns whose
   * codes lie in their words' top bits.
   */
  float[] tops(ActivationForm form) {
    return in(form).tops;
  }

  /** For a form of codes, sums of the columns of each scale, [rows][scales]. */
  float[] sums(ActivationForm form) {
    return in(form).sums;
  }

  private Scaled in(ActivationForm form) {
    for (Scaled each : scaled) {
      if (each.form == form) {
        return each;
      }
    }
    throw new IllegalStateException("not prepared for " + form);
  }

  /** Brings blocks of a row to the forms. */
  void prepare(int row, int firstBlock, int endBlock) {
    int first = row * stride + firstBlock * BLOCK;
    int end = row * stride + endBlock * BLOCK;
    int to = at(row) + firstBlock * BLOCK * step;
    for (Scaled each : scaled) {
      if (step == 1) {
        scale(first, end, each.factors, each.values, to);
      } else {
        scatter(first, end, each.factors, each.values, to, step);
      }
      if (each.tops.length > 0) {
        sumTops(first, end, each.form, each.tops);
        sum(first, end, each.form.columns(), each.sums);
      }
    }
  }

  private void scale(int first, int end, float[] factors, float[] target, int to) {
    for (int i = 0; i < BLOCK; i += Lanes.FLOATS) {
      FloatVector factor = FloatVector.fromArray(Lanes.FLOAT, factors, i);
      int place = to + i;
      for (int column = first + i; column < end; column += BLOCK) {
        FloatVector.fromArray(Lanes.FLOAT, plain, column).mul(factor).intoArray(target, place);
        place += BLOCK;
      }
    }
  }

  private void scatter(int first, int end, float[] factors, float[] target, int to, int apart) {
    int place = to;
    for (int block = first; block < end; block += BLOCK) {
      for (int i = 0; i < BLOCK; i++) {
        target[place] = plain[block + i] * factors[i];
        place += apart;
      }
    }
  }

  private void sumTops(int first, int end, ActivationForm form, float[] target) {
    int step = Integer.SIZE / form.bits();
    int columns = form.columns();
    float half = 1 << (form.bits() - 1);
    for (int column = first; column < end; column += columns) {
      float sum = 0;
      for (int i = step - 1; i < columns; i += step) {
        sum += plain[column + i];
      }
      target[column / columns] = half * sum;
    }
  }

  /** In pairs, so that additions overlap. */
  private void sum(int start, int end, int columns, float[] target) {
    for (int column = start; column < end; column += columns) {
      float sum = 0;
      for (int i = column; i < column + columns; i += 8) {
        float first = (plain[i] + plain[i + 1]) + (plain[i + 2] + plain[i + 3]);
        float second = (plain[i + 4] + plain[i + 5]) + (plain[i + 6] + plain[i + 7]);
        sum += first + second;
      }
      target[column / columns] = sum;
    }
  }
}
