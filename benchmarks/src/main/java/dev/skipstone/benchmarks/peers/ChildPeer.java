package dev.skipstone.benchmarks.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * An engine in a process of its own, which keeps the model loaded and is driven by lines. It says
 * {@code ready VERSION} once. A request is {@code COUNT TOKEN TOKEN ...}, the prompt behind the
 * number of tokens to generate; the reply is {@code answer PROMPT_SECONDS DECODE_SECONDS TOKEN
 * TOKEN ...}: until the first token of the answer, and from there to the last. Other lines are
 * skipped. The process ends when its standard input does.
 */
final class ChildPeer implements Peer {
  private static final Duration LONGEST_START = Duration.ofMinutes(5);
  private static final Duration LONGEST_ANSWER = Duration.ofMinutes(10);
  private static final String ERRORS = "errors.txt";
  private static final String READY = "ready ";
  private static final String ANSWER = "answer ";

  /** Exit status of a program that Ctrl-C has ended. */
  private static final int INTERRUPTED = 130;

  /** In place of a line, where the process has ended. */
  private static final String END = "";

  private final String name;
  private final Process process;
  private final DriverFolder folder;
  private final Writer requests;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private String version = "";

  private ChildPeer(String name, Process process, DriverFolder folder) {
    this.name = name;
    this.process = process;
    this.folder = folder;
    requests = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofVirtual().start(this::readLines);
  }

  /**
   * Starts a process and waits until it is ready.
   *
   * @param name what figures are named after
   * @param settings environment variables besides this process's own
   * @param folder of its driver, to start it in; closed with this, or here where it fails
   * @throws PeerException if it can't be started, or ends before it is ready
   */
  static ChildPeer start(
      String name, List<String> command, Map<String, String> settings, DriverFolder folder)
      throws PeerException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.path().toFile())
            .redirectError(folder.file(ERRORS).toFile());
    builder.environment().putAll(settings);
    ChildPeer peer;
    try {
      peer = new ChildPeer(name, builder.start(), folder);
    } catch (IOException e) {
      folder.close();
      throw new PeerException(
          "%s can't be started: %s".formatted(command.getFirst(), reason(e)), e);
    }
    try {
      peer.version = peer.await(READY, LONGEST_START);
      return peer;
    } catch (PeerException | InterruptedException | RuntimeException e) {
      peer.close();
      throw e;
    }
  }

  private static String reason(IOException e) {
    return e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
  }

  private void readLines() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.startsWith(READY) || line.startsWith(ANSWER)) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      // As if it had ended: nothing more can be read.
    } finally {
      lines.add(END);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public PeerAnswer answer(int[] prompt, int count) throws PeerException, InterruptedException {
    String tokens =
        Arrays.stream(prompt).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    try {
      requests.write(count + " " + tokens + "\n");
      requests.flush();
    } catch (IOException e) {
      throw ended();
    }
    return parse(prompt.length, await(ANSWER, LONGEST_ANSWER));
  }

  /** Reads a reply, without its first word. */
  static PeerAnswer parse(int promptTokens, String reply) throws PeerException {
    String[] words = reply.strip().split(" ");
    try {
      double promptSeconds = Double.parseDouble(words[0]);
      double decodeSeconds = Double.parseDouble(words[1]);
      List<Integer> tokens = new ArrayList<>();
      for (String word : Arrays.asList(words).subList(2, words.length)) {
        tokens.add(Integer.valueOf(word));
      }
      return PeerAnswer.timed(promptTokens, promptSeconds, decodeSeconds, tokens);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      String shown = reply.length() <= 60 ? reply : reply.substring(0, 60) + "...";
      throw new PeerException("it replied what can't be read: " + shown, e);
    }
  }

  private String await(String start, Duration longest) throws PeerException, InterruptedException {
    String line = lines.poll(longest.toSeconds(), TimeUnit.SECONDS);
    if (line == null) {
      throw new PeerException("it did not reply within %d s".formatted(longest.toSeconds()));
    }
    if (line.equals(END)) {
      throw ended();
    }
    if (!line.startsWith(start)) {
      throw new PeerException("it said '%s' out of turn".formatted(line.strip()));
    }
    return line.substring(start.length());
  }

  /** What it wrote last tells most about why. */
  private PeerException ended() throws InterruptedException {
    String status = "";
    if (process.waitFor(5, TimeUnit.SECONDS)) {
      if (process.exitValue() == INTERRUPTED) {
        // A terminal's Ctrl-C reaches this process too, maybe a moment later.
        throw new InterruptedException();
      }
      status = " with status " + process.exitValue();
    }
    return new PeerException("it ended%s: %s".formatted(status, problem()));
  }

  private String problem() {
    try {
      List<String> told =
          new String(Files.readAllBytes(folder.file(ERRORS)), StandardCharsets.UTF_8)
              .lines()
              .map(String::strip)
              .filter(line -> !line.isEmpty())
              .toList();
      // A stack trace begins with what happened; a log ends with it.
      return told.stream()
          .filter(line -> line.contains("Exception") || line.contains("Error"))
          .findFirst()
          .orElse(told.isEmpty() ? "it said nothing" : told.getLast());
    } catch (IOException e) {
      return "what it said can't be read";
    }
  }

  @Override
  public Optional<Duration> processorTime() {
    return process.info().totalCpuDuration();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    folder.close();
  }
}
