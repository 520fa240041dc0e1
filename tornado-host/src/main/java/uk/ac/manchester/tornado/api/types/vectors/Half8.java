package uk.ac.manchester.tornado.api.types.vectors;

import java.util.Arrays;
import uk.ac.manchester.tornado.api.types.HalfFloat;

/** Eight half floats that a device can hold in one register. */
public final class Half8 {
  private static final int LANES = 8;

  private final HalfFloat[] lanes = new HalfFloat[LANES];

  /** All lanes zero. */
  public Half8() {
    Arrays.fill(lanes, new HalfFloat((short) 0));
  }

  public Half8(
      HalfFloat s0,
      HalfFloat s1,
      HalfFloat s2,
      HalfFloat s3,
      HalfFloat s4,
      HalfFloat s5,
      HalfFloat s6,
      HalfFloat s7) {
    lanes[0] = s0;
    lanes[1] = s1;
    lanes[2] = s2;
    lanes[3] = s3;
    lanes[4] = s4;
    lanes[5] = s5;
    lanes[6] = s6;
    lanes[7] = s7;
  }

  public static Half8 add(Half8 a, Half8 b) {
    return new Half8(
        HalfFloat.add(a.lanes[0], b.lanes[0]),
        HalfFloat.add(a.lanes[1], b.lanes[1]),
        HalfFloat.add(a.lanes[2], b.lanes[2]),
        HalfFloat.add(a.lanes[3], b.lanes[3]),
        HalfFloat.add(a.lanes[4], b.lanes[4]),
        HalfFloat.add(a.lanes[5], b.lanes[5]),
        HalfFloat.add(a.lanes[6], b.lanes[6]),
        HalfFloat.add(a.lanes[7], b.lanes[7]));
  }

  public static Half8 add(Half8 a, HalfFloat b) {
    return new Half8(
        HalfFloat.add(a.lanes[0], b),
        HalfFloat.add(a.lanes[1], b),
        HalfFloat.add(a.lanes[2], b),
        HalfFloat.add(a.lanes[3], b),
        HalfFloat.add(a.lanes[4], b),
        HalfFloat.add(a.lanes[5], b),
        HalfFloat.add(a.lanes[6], b),
        HalfFloat.add(a.lanes[7], b));
  }

  public static Half8 sub(Half8 a, Half8 b) {
    return new Half8(
        HalfFloat.sub(a.lanes[0], b.lanes[0]),
        HalfFloat.sub(a.lanes[1], b.lanes[1]),
        HalfFloat.sub(a.lanes[2], b.lanes[2]),
        HalfFloat.sub(a.lanes[3], b.lanes[3]),
        HalfFloat.sub(a.lanes[4], b.lanes[4]),
        HalfFloat.sub(a.lanes[5], b.lanes[5]),
        HalfFloat.sub(a.lanes[6], b.lanes[6]),
        HalfFloat.sub(a.lanes[7], b.lanes[7]));
  }

  public static Half8 sub(Half8 a, HalfFloat b) {
    return new Half8(
        HalfFloat.sub(a.lanes[0], b),
        HalfFloat.sub(a.lanes[1], b),
        HalfFloat.sub(a.lanes[2], b),
        HalfFloat.sub(a.lanes[3], b),
        HalfFloat.sub(a.lanes[4], b),
        HalfFloat.sub(a.lanes[5], b),
        HalfFloat.sub(a.lanes[6], b),
        HalfFloat.sub(a.lanes[7], b));
  }

  public static Half8 mult(Half8 a, Half8 b) {
    return new Half8(
        HalfFloat.mult(a.lanes[0], b.lanes[0]),
        HalfFloat.mult(a.lanes[1], b.lanes[1]),
        HalfFloat.mult(a.lanes[2], b.lanes[2]),
        HalfFloat.mult(a.lanes[3], b.lanes[3]),
        HalfFloat.mult(a.lanes[4], b.lanes[4]),
        HalfFloat.mult(a.lanes[5], b.lanes[5]),
        HalfFloat.mult(a.lanes[6], b.lanes[6]),
        HalfFloat.mult(a.lanes[7], b.lanes[7]));
  }

  public static Half8 mult(Half8 a, HalfFloat b) {
    return new Half8(
        HalfFloat.mult(a.lanes[0], b),
        HalfFloat.mult(a.lanes[1], b),
        HalfFloat.mult(a.lanes[2], b),
        HalfFloat.mult(a.lanes[3], b),
        HalfFloat.mult(a.lanes[4], b),
        HalfFloat.mult(a.lanes[5], b),
        HalfFloat.mult(a.lanes[6], b),
        HalfFloat.mult(a.lanes[7], b));
  }

  public static Half8 div(Half8 a, Half8 b) {
    return new Half8(
        HalfFloat.div(a.lanes[0], b.lanes[0]),
        HalfFloat.div(a.lanes[1], b.lanes[1]),
        HalfFloat.div(a.lanes[2], b.lanes[2]),
        HalfFloat.div(a.lanes[3], b.lanes[3]),
        HalfFloat.div(a.lanes[4], b.lanes[4]),
        HalfFloat.div(a.lanes[5], b.lanes[5]),
        HalfFloat.div(a.lanes[6], b.lanes[6]),
        HalfFloat.div(a.lanes[7], b.lanes[7]));
  }

  public static Half8 div(Half8 a, HalfFloat b) {
    return new Half8(
        HalfFloat.div(a.lanes[0], b),
        HalfFloat.div(a.lanes[1], b),
        HalfFloat.div(a.lanes[2], b),
        HalfFloat.div(a.lanes[3], b),
        HalfFloat.div(a.lanes[4], b),
        HalfFloat.div(a.lanes[5], b),
        HalfFloat.div(a.lanes[6], b),
        HalfFloat.div(a.lanes[7], b));
  }

  /** The sum of the lanes' products. */
  public static HalfFloat dot(Half8 a, Half8 b) {
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

  public void set(Half8 value) {
    System.arraycopy(value.lanes, 0, lanes, 0, LANES);
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

  public HalfFloat getS4() {
    return lanes[4];
  }

  public void setS4(HalfFloat value) {
    lanes[4] = value;
  }

  public HalfFloat getS5() {
    return lanes[5];
  }

  public void setS5(HalfFloat value) {
    lanes[5] = value;
  }

  public HalfFloat getS6() {
    return lanes[6];
  }

  public void setS6(HalfFloat value) {
    lanes[6] = value;
  }

  public HalfFloat getS7() {
    return lanes[7];
  }

  public void setS7(HalfFloat value) {
    lanes[7] = value;
  }

  public Half4 getLow() {
    return new Half4(lanes[0], lanes[1], lanes[2], lanes[3]);
  }

  public Half4 getHigh() {
    return new Half4(lanes[4], lanes[5], lanes[6], lanes[7]);
  }

  public Half8 duplicate() {
    Half8 copy = new Half8();
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
