package dev.skipstone.runtime.pass;

/** Memory that was asked for does not fit; nothing was allocated. */
public final class InsufficientMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long askedBytes;
  private final long freeBytes;

  /**
   * @param what what the memory is for
   * @param askedBytes bytes asked for
   * @param freeBytes bytes free
   * @param advice which setting to change
   */
  public InsufficientMemoryException(String what, long askedBytes, long freeBytes, String advice) {
    super("%s needs %,d bytes and %,d are free: %s".formatted(what, askedBytes, freeBytes, advice));
    this.askedBytes = askedBytes;
    this.freeBytes = freeBytes;
  }

  public long askedBytes() {
    return askedBytes;
  }

  public long freeBytes() {
    return freeBytes;
  }
}
