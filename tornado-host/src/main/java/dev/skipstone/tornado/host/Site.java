package dev.skipstone.tornado.host;

/** A line of a kernel's source. */
public record Site(String className, String method, String file, int line) {
  @Override
  public String toString() {
    return "%s.%s(%s:%d)".formatted(className, method, file, line);
  }
}
