package dev.skipstone.tornado.host;

/** The engine of plans that are made now, on this thread. */
final class CurrentEngine {
  static final ScopedValue<Engine> BOUND = ScopedValue.newInstance();

  static final Engine FAST = new FastEngine();

  private CurrentEngine() {}

  static Engine get() {
    return BOUND.orElse(FAST);
  }
}
