package uk.ac.manchester.tornado.api.types;

/** An IEEE 754 half-precision float; arithmetic rounds each result to half precision. */
public class HalfFloat {
  private final short bits;

  /** Rounds to the nearest half float, ties to even. */
  public HalfFloat(float value) {
    this(Float.floatToFloat16(value));
  }

  /** The half float with these bits. */
  public HalfFloat(short bits) {
    this.bits = bits;
  }

  public static HalfFloat add(HalfFloat a, HalfFloat b) {
    return new HalfFloat(a.getFloat32() + b.getFloat32());
  }

  public static HalfFloat sub(HalfFloat a, HalfFloat b) {
    return new HalfFloat(a.getFloat32() - b.getFloat32());
  }

  public static HalfFloat mult(HalfFloat a, HalfFloat b) {
    return new HalfFloat(a.getFloat32() * b.getFloat32());
  }

  public static HalfFloat div(HalfFloat a, HalfFloat b) {
    return new HalfFloat(a.getFloat32() / b.getFloat32());
  }

  /** The bits. */
  public short getHalfFloatValue() {
    return bits;
  }

  /** The same value as a float. */
  public float getFloat32() {
    return Float.float16ToFloat(bits);
  }

  @Override
  public String toString() {
    return Float.toString(getFloat32());
  }
}
