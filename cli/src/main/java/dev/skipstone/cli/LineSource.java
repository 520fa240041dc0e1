package dev.skipstone.cli;

import java.io.IOException;

/** Where a conversation's lines come from. */
interface LineSource extends AutoCloseable {
  /** The next line; empty after Ctrl-C at the prompt; null at the end. */
  String next() throws IOException;

  @Override
  void close() throws IOException;
}
