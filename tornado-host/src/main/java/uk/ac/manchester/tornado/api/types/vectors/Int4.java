package uk.ac.manchester.tornado.api.types.vectors;

import java.util.Arrays;

/** Four integers that a device can hold in one register. */
public final class Int4 {
  private static final int LANES = 4;

  private final int[] lanes = new int[LANES];

  /** All lanes zero. */
  public Int4() {}

  public Int4(int x, int y, int z, int w) {
    lanes[0] = x;
    lanes[1] = y;
    lanes[2] = z;
    lanes[3] = w;
  }

  public static Int4 add(Int4 a, Int4 b) {
    return new Int4(
        a.lanes[0] + b.lanes[0],
        a.lanes[1] + b.lanes[1],
        a.lanes[2] + b.lanes[2],
        a.lanes[3] + b.lanes[3]);
  }

  public static Int4 add(Int4 a, int b) {
    return new Int4(a.lanes[0] + b, a.lanes[1] + b, a.lanes[2] + b, a.lanes[3] + b);
  }

  public static Int4 sub(Int4 a, Int4 b) {
    return new Int4(
        a.lanes[0] - b.lanes[0],
        a.lanes[1] - b.lanes[1],
        a.lanes[2] - b.lanes[2],
        a.lanes[3] - b.lanes[3]);
  }

  public static Int4 sub(Int4 a, int b) {
    return new Int4(a.lanes[0] - b, a.lanes[1] - b, a.lanes[2] - b, a.lanes[3] - b);
  }

  public static Int4 mult(Int4 a, Int4 b) {
    return new Int4(
        a.lanes[0] * b.lanes[0],
        a.lanes[1] * b.lanes[1],
        a.lanes[2] * b.lanes[2],
        a.lanes[3] * b.lanes[3]);
  }

  public static Int4 mult(Int4 a, int b) {
    return new Int4(a.lanes[0] * b, a.lanes[1] * b, a.lanes[2] * b, a.lanes[3] * b);
  }

  public static Int4 div(Int4 a, Int4 b) {
    return new Int4(
        a.lanes[0] / b.lanes[0],
        a.lanes[1] / b.lanes[1],
        a.lanes[2] / b.lanes[2],
        a.lanes[3] / b.lanes[3]);
  }

  public static Int4 div(Int4 a, int b) {
    return new Int4(a.lanes[0] / b, a.lanes[1] / b, a.lanes[2] / b, a.lanes[3] / b);
  }

  public static Int4 min(Int4 a, Int4 b) {
    return new Int4(
        Math.min(a.lanes[0], b.lanes[0]),
        Math.min(a.lanes[1], b.lanes[1]),
        Math.min(a.lanes[2], b.lanes[2]),
        Math.min(a.lanes[3], b.lanes[3]));
  }

  public static Int4 max(Int4 a, Int4 b) {
    return new Int4(
        Math.max(a.lanes[0], b.lanes[0]),
        Math.max(a.lanes[1], b.lanes[1]),
        Math.max(a.lanes[2], b.lanes[2]),
        Math.max(a.lanes[3], b.lanes[3]));
  }

  /** The smallest lane. */
  public static int min(Int4 value) {
    int result = value.lanes[0];
    for (int lane : value.lanes) {
      result = Math.min(result, lane);
    }
    return result;
  }

  /** The largest lane. */
  public static int max(Int4 value) {
    int result = value.lanes[0];
    for (int lane : value.lanes) {
      result = Math.max(result, lane);
    }
    return result;
  }

  public int get(int index) {
    return lanes[index];
  }

  public void set(int index, int value) {
    lanes[index] = value;
  }

  public void set(Int4 value) {
    System.arraycopy(value.lanes, 0, lanes, 0, LANES);
  }

  public int getX() {
    return lanes[0];
  }

  public void setX(int value) {
    lanes[0] = value;
  }

  public int getY() {
    return lanes[1];
  }

  public void setY(int value) {
    lanes[1] = value;
  }

  public int getZ() {
    return lanes[2];
  }

  public void setZ(int value) {
    lanes[2] = value;
  }

  public int getW() {
    return lanes[3];
  }

  public void setW(int value) {
    lanes[3] = value;
  }

  public Int4 duplicate() {
    Int4 copy = new Int4();
    copy.set(this);
    return copy;
  }

  public int size() {
    return LANES;
  }

  @Override
  public String toString() {
    return Arrays.toString(lanes);
  }
}
