package dev.skipstone.model.hub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** A stream that fails when nothing comes for a minute: the HTTP client would wait for ever. */
final class PatientStream extends FilterInputStream {
  private static final long PATIENCE_NANOS = Duration.ofMinutes(1).toNanos();
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private volatile long last = System.nanoTime();
  private volatile boolean ended;
  private volatile boolean given;

  PatientStream(InputStream in) {
    super(in);
    Thread.ofVirtual().start(this::watch);
  }

  private void watch() {
    try {
      while (!ended) {
        if (System.nanoTime() - last > PATIENCE_NANOS) {
          given = true;
          in.close();
          return;
        }
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // It was to end, and it did.
      given = true;
    }
  }

  @Override
  public int read(byte[] buffer, int from, int count) throws IOException {
    try {
      int read = super.read(buffer, from, count);
      last = System.nanoTime();
      return read;
    } catch (IOException e) {
      throw given ? new IOException("nothing came for a minute", e) : e;
    }
  }

  @Override
  public void close() throws IOException {
    ended = true;
    super.close();
  }
}
