package dev.skipstone.cli;

import dev.skipstone.benchmarks.Progress;
import me.tongfei.progressbar.ProgressBar;

/** How far a benchmark is: a bar on a terminal, else a line for each tenth. */
final class BenchProgress implements Progress, AutoCloseable {
  private final Streams streams;
  private final String task;
  private final ProgressBar bar;

  BenchProgress(Streams streams, String task) {
    this.streams = streams;
    this.task = task;
    this.bar =
        streams.isTerminal(Streams.Terminal.ERR) ? RequestProgress.bar(streams, task, 1) : null;
  }

  @Override
  public void report(int done, int total, String label) {
    if (bar != null) {
      bar.maxHint(total);
      bar.setExtraMessage(" " + label);
      bar.stepTo(done);
    } else if (done * 10L / total > (done - 1) * 10L / total) {
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
