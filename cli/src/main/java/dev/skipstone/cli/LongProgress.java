package dev.skipstone.cli;

import me.tongfei.progressbar.ProgressBar;

/** How far something long is: a bar on a terminal, else a line once in ten seconds. */
final class LongProgress implements AutoCloseable {
  private static final long PAUSE_NANOS = 10_000_000_000L;

  private final Streams streams;
  private final String task;
  private final ProgressBar bar;
  private long last = System.nanoTime();

  LongProgress(Streams streams, String task, int total) {
    this.streams = streams;
    this.task = task;
    bar =
        streams.isTerminal(Streams.Terminal.ERR) ? RequestProgress.bar(streams, task, total) : null;
  }

  /**
   * Tells how far it is.
   *
   * @param label what else there is to say
   */
  void report(int done, int total, String label) {
    if (bar != null) {
      bar.setExtraMessage(" " + label);
      bar.maxHint(total);
      bar.stepTo(done);
    } else if (done == total || System.nanoTime() - last > PAUSE_NANOS) {
      last = System.nanoTime();
      streams.err().printf("%s: %d of %d, %s%n", task, done, total, label);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
