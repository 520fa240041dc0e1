package dev.skipstone.cli;

import dev.skipstone.runtime.Generation;
import java.io.PrintStream;

/** Tells on a terminal how much of a long prompt has been read; the line goes when it is done. */
final class PromptProgress implements Generation.PromptProgress {
  /** A shorter prompt is read before anybody wonders. */
  private static final int WORTH_TELLING = 512;

  private static final String ERASE_LINE = "\r\u001B[K";

  private final PrintStream err;

  private PromptProgress(PrintStream err) {
    this.err = err;
  }

  /** Reads the prompt, if that has not happened yet. */
  static void read(Generation generation, Streams streams) {
    if (streams.isTerminal(Streams.Terminal.ERR)) {
      generation.readPrompt(new PromptProgress(streams.err()));
    }
  }

  @Override
  public void read(int tokens, int of) {
    if (of < WORTH_TELLING) {
      return;
    }
    err.print(
        tokens < of ? ERASE_LINE + "reading the prompt: " + tokens + " of " + of : ERASE_LINE);
    err.flush();
  }
}
