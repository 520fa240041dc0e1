package dev.skipstone.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * What a command left behind that ran in this process, with streams of its own.
 *
 * @param status its exit status
 */
public record CommandRun(int status, String out, String err) {

  public static CommandRun of(String... args) {
    return withInput("", args);
  }

  public static CommandRun withInput(String in, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams =
        new Streams(
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            Streams.writer(out),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Set.of(),
            false);
    int status = Skipstone.run(streams, args);
    return new CommandRun(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
