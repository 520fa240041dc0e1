package dev.skipstone.adapt.text;

/** Told how the making of text goes. */
@FunctionalInterface
public interface TextListener {
  /**
   * Called after each item, once it is in the file, and once at the start; on the thread that makes
   * the text.
   */
  void progress(TextProgress progress);
}
