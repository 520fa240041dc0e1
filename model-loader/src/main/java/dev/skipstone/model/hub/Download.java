package dev.skipstone.model.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/**
 * Fetches one file's content. What has come goes to a file with {@code .incomplete} behind its
 * name, from which the next attempt, or the next process, goes on; only content of the right size
 * and checksum gets the name itself.
 */
final class Download {
  private static final int BUFFER = 1 << 16;

  private final HubClient client;
  private final Retries retries;
  private final RemoteFile file;
  private final Path target;
  private final Path partial;

  Download(HubClient client, Retries retries, RemoteFile file, Path target) {
    this.client = client;
    this.retries = retries;
    this.file = file;
    this.target = target;
    partial = target.resolveSibling(target.getFileName() + ".incomplete");
  }

  /** Bytes that are here already. */
  long present() throws IOException {
    if (Files.exists(target)) {
      return file.size();
    }
    return Files.exists(partial) ? Math.min(Files.size(partial), file.size()) : 0;
  }

  /**
   * Fetches what is missing.
   *
   * @param progress receives how many bytes of the file are here
   * @throws HubException if it can't be had, or is fetched by another process
   */
  void run(LongConsumer progress) throws IOException, InterruptedException {
    if (Files.exists(target)) {
      progress.accept(file.size());
      return;
    }
    Files.createDirectories(target.getParent());
    try (FileChannel channel =
            FileChannel.open(partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = lock(channel)) {
      retries.run(
          file.name(),
          () -> {
            fetchOn(channel, progress);
            return null;
          });
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private FileLock lock(FileChannel channel) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new HubException(file.name() + ": is just being fetched by another pull");
    }
    return lock;
  }

  /** Fetches for as long as something comes: only an attempt in vain counts as a failure. */
  private void fetchOn(FileChannel channel, LongConsumer progress)
      throws IOException, InterruptedException {
    while (true) {
      long before = channel.size();
      try {
        fetch(channel, progress);
        return;
      } catch (IOException e) {
        if (channel.size() <= before) {
          throw e;
        }
      }
    }
  }

  private void fetch(FileChannel channel, LongConsumer progress)
      throws IOException, InterruptedException {
    if (channel.size() > file.size()) {
      channel.truncate(0);
    }
    if (channel.size() < file.size()) {
      HttpResponse<InputStream> response = client.open(file, channel.size());
      try (InputStream body = new PatientStream(response.body())) {
        if (!goesOn(response, channel.size())) {
          channel.truncate(0);
        }
        if (response.statusCode() == 416) {
          throw new IOException("the server does not have the bytes from there on");
        }
        append(channel, body, progress);
      }
    }
    channel.force(true);
    if (!file.checksum().isOf(partial)) {
      channel.truncate(0);
      throw new IOException("what came does not have the checksum that the hub names");
    }
  }

  /** Whether an answer begins where the file ends. */
  private static boolean goesOn(HttpResponse<?> response, long size) {
    return response.statusCode() == 206
        && response
            .headers()
            .firstValue("content-range")
            .orElse("")
            .startsWith("bytes " + size + "-");
  }

  private void append(FileChannel channel, InputStream body, LongConsumer progress)
      throws IOException, InterruptedException {
    channel.position(channel.size());
    byte[] buffer = new byte[BUFFER];
    long size = channel.size();
    for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
      size += count;
      if (size > file.size()) {
        channel.truncate(0);
        throw new IOException("more came than the %,d bytes there are".formatted(file.size()));
      }
      ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      progress.accept(size);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    if (size < file.size()) {
      throw new IOException(
          "the connection ended at %,d of %,d bytes".formatted(size, file.size()));
    }
  }
}
