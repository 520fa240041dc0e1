package dev.skipstone.cli;

import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/**
 * Standard input, output and error of one run. All text is UTF-8, whatever the locale; results go
 * to {@code out} and everything else to {@code err}.
 *
 * @param in standard input
 * @param out buffered standard output; throws {@link OutputException}
 * @param err standard error, flushed at each line
 * @param terminals which of the three are terminals
 * @param colour whether colours may be used on {@code out} if it is a terminal
 */
record Streams(
    InputStream in, Writer out, PrintStream err, Set<Terminal> terminals, boolean colour) {

  /** A standard stream that can be a terminal. */
  enum Terminal {
    IN,
    OUT,
    ERR
  }

  /** The process' own. The launcher says which are terminals: Java can't ask for each of them. */
  static Streams ofProcess() {
    String terminals = System.getProperty("skipstone.terminals", "");
    Set<Terminal> set = EnumSet.noneOf(Terminal.class);
    for (Terminal terminal : Terminal.values()) {
      if (terminals.contains(terminal.name())) {
        set.add(terminal);
      }
    }
    String noColour = System.getenv("NO_COLOR");
    boolean colour =
        (noColour == null || noColour.isEmpty()) && !"dumb".equals(System.getenv("TERM"));
    return new Streams(
        new FileInputStream(FileDescriptor.in),
        writer(new FileOutputStream(FileDescriptor.out)),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        set,
        colour);
  }

  /** A buffered UTF-8 writer whose failures are {@link OutputException}s. */
  static Writer writer(OutputStream stream) {
    return new BufferedWriter(
        new OutputStreamWriter(new CheckedOutput(stream), StandardCharsets.UTF_8), 1 << 15);
  }

  boolean isTerminal(Terminal terminal) {
    return terminals.contains(terminal);
  }

  boolean colouredOut() {
    return colour && isTerminal(Terminal.OUT);
  }

  /** Tells where standard output fails, as no other stream's failure may pass for it. */
  private static final class CheckedOutput extends OutputStream {
    private final OutputStream target;

    CheckedOutput(OutputStream target) {
      this.target = target;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        target.write(bytes, from, length);
      } catch (IOException e) {
        throw new OutputException(e);
      }
    }

    @Override
    public void flush() throws IOException {
      try {
        target.flush();
      } catch (IOException e) {
        throw new OutputException(e);
      }
    }
  }
}
