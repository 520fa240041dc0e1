package uk.ac.manchester.tornado.api.types.vectors;

import java.util.Arrays;

/** Four floats that a device can hold in one register. */
public final class Float4 {
  private static final int LANES = 4;

  private final float[] lanes = new float[LANES];

  /** All lanes zero. */
  public Float4() {}

  public Float4(float x, float y, float z, float w) {
    lanes[0] = x;
    lanes[1] = y;
    lanes[2] = z;
    lanes[3] = w;
  }

  public static Float4 add(Float4 a, Float4 b) {
    return new Float4(
        a.lanes[0] + b.lanes[0],
        a.lanes[1] + b.lanes[1],
        a.lanes[2] + b.lanes[2],
        a.lanes[3] + b.lanes[3]);
  }

  public static Float4 add(Float4 a, float b) {
    return new Float4(a.lanes[0] + b, a.lanes[1] + b, a.lanes[2] + b, a.lanes[3] + b);
  }

  public static Float4 sub(Float4 a, Float4 b) {
    return new Float4(
        a.lanes[0] - b.lanes[0],
        a.lanes[1] - b.lanes[1],
        a.lanes[2] - b.lanes[2],
        a.lanes[3] - b.lanes[3]);
  }

  public static Float4 sub(Float4 a, float b) {
    return new Float4(a.lanes[0] - b, a.lanes[1] - b, a.lanes[2] - b, a.lanes[3] - b);
  }

  public static Float4 mult(Float4 a, Float4 b) {
    return new Float4(
        a.lanes[0] * b.lanes[0],
        a.lanes[1] * b.lanes[1],
        a.lanes[2] * b.lanes[2],
        a.lanes[3] * b.lanes[3]);
  }

  public static Float4 mult(Float4 a, float b) {
    return new Float4(a.lanes[0] * b, a.lanes[1] * b, a.lanes[2] * b, a.lanes[3] * b);
  }

  public static Float4 div(Float4 a, Float4 b) {
    return new Float4(
        a.lanes[0] / b.lanes[0],
        a.lanes[1] / b.lanes[1],
        a.lanes[2] / b.lanes[2],
        a.lanes[3] / b.lanes[3]);
  }

  public static Float4 div(Float4 a, float b) {
    return new Float4(a.lanes[0] / b, a.lanes[1] / b, a.lanes[2] / b, a.lanes[3] / b);
  }

  public static Float4 min(Float4 a, Float4 b) {
    return new Float4(
        Math.min(a.lanes[0], b.lanes[0]),
        Math.min(a.lanes[1], b.lanes[1]),
        Math.min(a.lanes[2], b.lanes[2]),
        Math.min(a.lanes[3], b.lanes[3]));
  }

  public static Float4 max(Float4 a, Float4 b) {
    return new Float4(
        Math.max(a.lanes[0], b.lanes[0]),
        Math.max(a.lanes[1], b.lanes[1]),
        Math.max(a.lanes[2], b.lanes[2]),
        Math.max(a.lanes[3], b.lanes[3]));
  }

  /** The sum of the lanes' products. */
  public static float dot(Float4 a, Float4 b) {
    float sum = a.lanes[0] * b.lanes[0];
    for (int i = 1; i < LANES; i++) {
      sum += a.lanes[i] * b.lanes[i];
    }
    return sum;
  }

  /** The sum of the lanes. */
  public static float sum(Float4 a) {
    return a.lanes[0] + a.lanes[1] + a.lanes[2] + a.lanes[3];
  }

  /** The smallest lane. */
  public static float min(Float4 value) {
    float result = value.lanes[0];
    for (float lane : value.lanes) {
      result = Math.min(result, lane);
    }
    return result;
  }

  /** The largest lane. */
  public static float max(Float4 value) {
    float result = value.lanes[0];
    for (float lane : value.lanes) {
      result = Math.max(result, lane);
    }
    return result;
  }

  public static Float4 sqrt(Float4 a) {
    return new Float4(
        (float) Math.sqrt(a.lanes[0]),
        (float) Math.sqrt(a.lanes[1]),
        (float) Math.sqrt(a.lanes[2]),
        (float) Math.sqrt(a.lanes[3]));
  }

  public float get(int index) {
    return lanes[index];
  }

  public void set(int index, float value) {
    lanes[index] = value;
  }

  public void set(Float4 value) {
    System.arraycopy(value.lanes, 0, lanes, 0, LANES);
  }

  public float getX() {
    return lanes[0];
  }

  public void setX(float value) {
    lanes[0] = value;
  }

  public float getY() {
    return lanes[1];
  }

  public void setY(float value) {
    lanes[1] = value;
  }

  public float getZ() {
    return lanes[2];
  }

  public void setZ(float value) {
    lanes[2] = value;
  }

  public float getW() {
    return lanes[3];
  }

  public void setW(float value) {
    lanes[3] = value;
  }

  public Float4 duplicate() {
    Float4 copy = new Float4();
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
