package uk.ac.manchester.tornado.api.enums;

/** Shapes of a matrix fragment's multiplication. */
public enum MMAShape {
  M16N8K16,
  M16N8K32
}
