package dev.skipstone.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Lines typed in a terminal, with editing, completion of commands, and a history that stays. */
final class TerminalLines implements LineSource {
  private static final String PROMPT = "> ";

  private final Terminal terminal;
  private final LineReader reader;

  TerminalLines(String... completions) throws IOException {
    terminal = TerminalBuilder.builder().system(true).encoding(StandardCharsets.UTF_8).build();
    if (terminal.getSize().getColumns() <= 0 || terminal.getSize().getRows() <= 0) {
      // A terminal that does not know its size, as under some remote shells: nothing would fit.
      terminal.setSize(Size.of(80, 24));
    }
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("skipstone")
            .completer(new StringsCompleter(completions))
            // A question may hold an exclamation mark or end with a backslash.
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
    Path history = history();
    if (history != null) {
      builder.variable(LineReader.HISTORY_FILE, history);
    }
    reader = builder.build();
  }

  /** The history's file, in the user's state folder; null where that can't be made. */
  private static Path history() {
    String state = System.getenv("XDG_STATE_HOME");
    Path folder =
        state == null || state.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".local", "state")
            : Path.of(state);
    try {
      return Files.createDirectories(folder.resolve("skipstone")).resolve("chat-history");
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public String next() {
    try {
      return reader.readLine(PROMPT);
    } catch (UserInterruptException e) {
      return "";
    } catch (EndOfFileException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    terminal.close();
  }
}
