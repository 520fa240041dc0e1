package uk.ac.manchester.tornado.api.types.vectors;

import java.util.Arrays;
import uk.ac.manchester.tornado.api.types.HalfFloat;

/** Four half floats that a device can hold in one register. */
public final class Half4 {
  private static final int LANES = 4;

  private final HalfFloat[] lanes = new HalfFloat[LANES];

  /** All lanes zero. */
  public Half4() {
    Arrays.fill(lanes, new HalfFloat((short) 0));
  }

  public Half4(HalfFloat x, HalfFloat y, HalfFloat z, HalfFloat w) {
    lanes[0] = x;
    lanes[1] = y;
    lanes[2] = z;
    lanes[3] = w;
  }

  public static Half4 add(Half4 a, Half4 b) {
    return new Half4(
        HalfFloat.add(a.lanes[0], b.lanes[0]),
        HalfFloat.add(a.lanes[1], b.lanes[1]),
        HalfFloat.add(a.lanes[2], b.lanes[2]),
        HalfFloat.add(a.lanes[3], b.lanes[3]));
  }

  public static Half4 add(Half4 a, HalfFloat b) {
    return new Half4(
        HalfFloat.add(a.lanes[0], b),
        HalfFloat.add(a.lanes[1], b),
        HalfFloat.add(a.lanes[2], b),
        HalfFloat.add(a.lanes[3], b));
  }

  public static Half4 sub(Half4 a, Half4 b) {
    return new Half4(
        HalfFloat.sub(a.lanes[0], b.lanes[0]),
        HalfFloat.sub(a.lanes[1], b.lanes[1]),
        HalfFloat.sub(a.lanes[2], b.lanes[2]),
        HalfFloat.sub(a.lanes[3], b.lanes[3]));
  }

  public static Half4 sub(Half4 a, HalfFloat b) {
    return new Half4(
        HalfFloat.sub(a.lanes[0], b),
        HalfFloat.sub(a.lanes[1], b),
        HalfFloat.sub(a.lanes[2], b),
        HalfFloat.sub(a.lanes[3], b));
  }

  public static Half4 mult(Half4 a, Half4 b) {
    return new Half4(
        HalfFloat.mult(a.lanes[0], b.lanes[0]),
        HalfFloat.mult(a.lanes[1], b.lanes[1]),
        HalfFloat.mult(a.lanes[2], b.lanes[2]),
        HalfFloat.mult(a.lanes[3], b.lanes[3]));
  }

  public static Half4 mult(Half4 a, HalfFloat b) {
    return new Half4(
        HalfFloat.mult(a.lanes[0], b),
        HalfFloat.mult(a.lanes[1], b),
        HalfFloat.mult(a.lanes[2], b),
        HalfFloat.mult(a.lanes[3], b));
  }

  public static Half4 div(Half4 a, Half4 b) {
    return new Half4(
        HalfFloat.div(a.lanes[0], b.lanes[0]),
        HalfFloat.div(a.lanes[1], b.lanes[1]),
        HalfFloat.div(a.lanes[2], b.lanes[2]),
        HalfFloat.div(a.lanes[3], b.lanes[3]));
  }

  public static Half4 div(Half4 a, HalfFloat b) {
    return new Half4(
        HalfFloat.div(a.lanes[0], b),
        HalfFloat.div(a.lanes[1], b),
        HalfFloat.div(a.lanes[2], b),
        HalfFloat.div(a.lanes[3], b));
  }

  /** The sum of the lanes' products. */
  public static HalfFloat dot(Half4 a, Half4 b) {
    HalfFloat sum = HalfFloat.mult(a.lanes[0], b.lanes[0]);
    for (int i = 1; i < LANES; i++) {
      sum = HalfFloat.add(sum, HalfFloat.mult(a.lanes[i], b.lanes[i]));
    }
    return sum;
  }

  public HalfFloat get(int index) {
    return lanes[index];
  }

  public void set(int index, HalfFloat value) {
    lanes[index] = value;
  }

  public void set(Half4 value) {
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

  public HalfFloat getZ() {
    return lanes[2];
  }

  public void setZ(HalfFloat value) {
    lanes[2] = value;
  }

  public HalfFloat getW() {
    return lanes[3];
  }

  public void setW(HalfFloat value) {
    lanes[3] = value;
  }

  public HalfFloat getS0() {
    return lanes[0];
  }

  public void setS0(HalfFloat value) {
    lanes[0] = value;
  }

  public HalfFloat getS1() {
    return lanes[1];
  }

  public void setS1(HalfFloat value) {
    lanes[1] = value;
  }

  public HalfFloat getS2() {
    return lanes[2];
  }

  public void setS2(HalfFloat value) {
    lanes[2] = value;
  }

  public HalfFloat getS3() {
    return lanes[3];
  }

  public void setS3(HalfFloat value) {
    lanes[3] = value;
  }

  public Half4 duplicate() {
    Half4 copy = new Half4();
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
