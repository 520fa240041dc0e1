package dev.skipstone.model.testing;

/** The kinds of metadata value in GGUF, in the order of their numbers in the file. */
public enum GgufKind {
  UINT8,
  INT8,
  UINT16,
  INT16,
  UINT32,
  INT32,
  FLOAT32,
  BOOL,
  STRING,
  ARRAY,
  UINT64,
  INT64,
  FLOAT64;

  /** The kind's number in the file. */
  @SuppressWarnings("EnumOrdinal") // the file numbers them in this order
  int id() {
    return ordinal();
  }
}
