package dev.skipstone.model.convert;

/** Is told how far a conversion is. */
@FunctionalInterface
public interface ConversionListener {
  /**
   * Called before each tensor and at the end.
   *
   * @param done bytes of the file that are written
   * @param total bytes of the whole file
   * @param tensor the next one; empty at the end
   */
  void report(long done, long total, String tensor);
}
