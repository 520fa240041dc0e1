package dev.skipstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StreamsTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int runInto(String failure) {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw new IOException(failure);
          }
        };
    Streams streams =
        new Streams(
            InputStream.nullInputStream(),
            Streams.writer(broken),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Set.of(),
            false);
    return Skipstone.run(streams, "devices", "--format", "json");
  }

  @Test
  void aReaderThatLeftIsNoError() {
    assertThat(runInto("Broken pipe")).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void aFullDiskIsOne() {
    assertThat(runInto("No space left on device")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .hasLineCount(1)
        .contains("standard output", "No space left on device");
  }
}
