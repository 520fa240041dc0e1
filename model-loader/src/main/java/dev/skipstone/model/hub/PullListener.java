package dev.skipstone.model.hub;

/** Hears how far a pull is. */
@FunctionalInterface
public interface PullListener {
  /**
   * Called often.
   *
   * @param file that is being fetched
   * @param done bytes of all files so far, those that were here before included
   * @param total bytes of all files
   */
  void progress(String file, long done, long total);
}
