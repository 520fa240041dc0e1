package dev.skipstone.cli;

import org.jline.utils.Signals;

/** While it is open, Ctrl-C runs an action instead of ending the program. */
final class Interrupts implements AutoCloseable {
  private static final String SIGNAL = "INT";

  private final Object before;

  Interrupts(Runnable action) {
    before = Signals.register(SIGNAL, action);
  }

  @Override
  public void close() {
    Signals.unregister(SIGNAL, before);
  }
}
