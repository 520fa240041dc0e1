package dev.skipstone.cli;

import dev.skipstone.runtime.SpeculationStats;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far a file of requests is: a bar on a terminal, else a line a request. */
final class RequestProgress implements AutoCloseable {
  private final Streams streams;
  private final int total;
  private final ProgressBar bar;
  private int done;

  RequestProgress(Streams streams, int total) {
    this.streams = streams;
    this.total = total;
    // Where results go to the same terminal, a bar between them would be torn apart.
    boolean drawn =
        streams.isTerminal(Streams.Terminal.ERR) && !streams.isTerminal(Streams.Terminal.OUT);
    this.bar = drawn ? bar(streams, "requests", total) : null;
  }

  static ProgressBar bar(Streams streams, String task, int total) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(total)
        .setStyle(ProgressBarStyle.ASCII)
        .setConsumer(new ConsoleProgressBarConsumer(streams.err(), 80))
        .build();
  }

  void done(Object id, SpeculationStats stats) {
    done++;
    if (bar != null) {
      bar.setExtraMessage(Figures.format(" %.0f tokens/s", stats.tokensPerSecond()));
      bar.step();
    } else {
      streams.err().printf("%d of %d: %s: %s%n", done, total, id, Figures.brief(stats));
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
