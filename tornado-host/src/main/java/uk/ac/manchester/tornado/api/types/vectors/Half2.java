package uk.ac.manchester.tornado.api.types.vectors;

import java.util.Arrays;
import uk.ac.manchester.tornado.api.types.HalfFloat;

/** Two half floats that a device can hold in one register. */
public final class Half2 {
  private static final int LANES = 2;

  private final HalfFloat[] lanes = new HalfFloat[LANES];

  /** All lanes zero. */
  public Half2() {
    Arrays.fill(lanes, new HalfFloat((short) 0));
  }

  public Half2(HalfFloat x, HalfFloat y) {
    lanes[0] = x;
    lanes[1] = y;
  }

  public static Half2 add(Half2 a, Half2 b) {
    return new Half2(HalfFloat.add(a.lanes[0], b.lanes[0]), HalfFloat.add(a.lanes[1], b.lanes[1]));
  }

  public static Half2 add(Half2 a, HalfFloat b) {
    return new Half2(HalfFloat.add(a.lanes[0], b), HalfFloat.add(a.lanes[1], b));
  }

  public static Half2 sub(Half2 a, Half2 b) {
    return new Half2(HalfFloat.sub(a.lanes[0], b.lanes[0]), HalfFloat.sub(a.lanes[1], b.lanes[1]));
  }

  public static Half2 sub(Half2 a, HalfFloat b) {
    return new Half2(HalfFloat.sub(a.lanes[0], b), HalfFloat.sub(a.lanes[1], b));
  }

  public static Half2 mult(Half2 a, Half2 b) {
    return new Half2(
        HalfFloat.mult(a.lanes[0], b.lanes[0]), HalfFloat.mult(a.lanes[1], b.lanes[1]));
  }

  public static Half2 mult(Half2 a, HalfFloat b) {
    return new Half2(HalfFloat.mult(a.lanes[0], b), HalfFloat.mult(a.lanes[1], b));
  }

  public static Half2 div(Half2 a, Half2 b) {
    return new Half2(HalfFloat.div(a.lanes[0], b.lanes[0]), HalfFloat.div(a.lanes[1], b.lanes[1]));
  }

  public static Half2 div(Half2 a, HalfFloat b) {
    return new Half2(HalfFloat.div(a.lanes[0], b), HalfFloat.div(a.lanes[1], b));
  }

  /** The sum of the lanes' products. */
  public static HalfFloat dot(Half2 a, Half2 b) {
    HalfFloat sum = HalfFloat.mult(a.lanes[0], b.lanes[0]);
    for (int i = 1; i < LANES; i++) {
      sum = HalfFloat.add(sum, HalfFloat.mult(a.lanes[i], b.lanes[i]));
    }
    return sum;
  }

  /** The product and the sum, each rounded to half precision. */
  public static Half2 fma(Half2 a, Half2 b, Half2 c) {
    return add(mult(a, b), c);
  }

  public static float lowFloat(Half2 a) {
    return a.lanes[0].getFloat32();
  }

  public static float highFloat(Half2 a) {
    return a.lanes[1].getFloat32();
  }

  public static Half2 fromFloats(float x, float y) {
    return new Half2(new HalfFloat(x), new HalfFloat(y));
  }

  public HalfFloat get(int index) {
    return lanes[index];
  }

  public void set(int index, HalfFloat value) {
    lanes[index] = value;
  }

  public void set(Half2 value) {
    System.arraycopy(value.lanes, 0, lanes, 0, LANES);
  }

  public HalfFloat getX() {
    return lanes[0];
  }

  public void setX(HalfFloat value) {
    lanes[0] = value;
  }

  public HalfFloat getY() {
    return lanes[1];
  }

  public void setY(HalfFloat value) {
    lanes[1] = value;
  }

  public Half2 duplicate() {
    Half2 copy = new Half2();
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
