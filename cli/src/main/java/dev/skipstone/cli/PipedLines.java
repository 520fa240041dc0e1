package dev.skipstone.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Lines from a pipe or a file. */
final class PipedLines implements LineSource {
  private final BufferedReader reader;

  PipedLines(InputStream in) {
    reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  @Override
  public String next() throws IOException {
    return reader.readLine();
  }

  @Override
  public void close() {
    // Standard input is not this class' own.
  }
}
