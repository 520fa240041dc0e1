package dev.skipstone.benchmarks.peers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * llama.cpp's own benchmark program, started for each answer: it loads the model and warms up
 * before it times. It computes on tokens of its own and does not tell them, so that its output
 * can't be checked.
 */
final class LlamaBench implements Peer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path program;
  private final PeerSetup setup;

  LlamaBench(Path program, PeerSetup setup) {
    this.program = program;
    this.setup = setup;
  }

  @Override
  public String name() {
    return LlamaCpp.NAME;
  }

  @Override
  public String version() {
    return "llama-bench, whose output is not checked";
  }

  @Override
  public PeerAnswer answer(int[] prompt, int count) throws PeerException, InterruptedException {
    boolean generates = count > 1;
    double rate = rate(run(generates ? 0 : prompt.length, generates ? count : 0));
    return generates
        ? new PeerAnswer(0, rate, Optional.empty())
        : new PeerAnswer(rate, 0, Optional.empty());
  }

  private String run(int promptTokens, int generated) throws PeerException, InterruptedException {
    List<String> command =
        List.of(
            program.toString(),
            "--model",
            setup.model().toString(),
            "--threads",
            Integer.toString(setup.threads()),
            "--n-prompt",
            Integer.toString(promptTokens),
            "--n-gen",
            Integer.toString(generated),
            "--n-gpu-layers",
            "0",
            "--repetitions",
            "1",
            "--output",
            "json");
    Path errors = null;
    Process process = null;
    try {
      errors = Files.createTempFile("skipstone-peer-", ".log");
      process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      if (status != 0) {
        throw new PeerException(
            "%s ended with status %d: %s".formatted(program, status, lastLine(errors)));
      }
      return output;
    } catch (IOException e) {
      throw new PeerException("%s failed: %s".formatted(program, e.getMessage()), e);
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
      delete(errors);
    }
  }

  private static String lastLine(Path errors) throws IOException {
    String told = Files.readString(errors, StandardCharsets.ISO_8859_1).strip();
    return told.isEmpty() ? "it said nothing" : told.substring(told.lastIndexOf('\n') + 1);
  }

  private static void delete(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // A small file in the system's temporary folder, which it clears by itself.
    }
  }

  /** Tokens a second from the program's JSON: {@code [{"avg_ts": 12.3, ...}]}. */
  static double rate(String output) throws PeerException {
    try {
      JsonNode rate = JSON.readTree(output).path(0).path("avg_ts");
      if (rate.isNumber() && rate.doubleValue() > 0) {
        return rate.doubleValue();
      }
    } catch (JsonProcessingException e) {
      throw new PeerException("llama-bench printed what is no JSON: " + e.getOriginalMessage(), e);
    }
    throw new PeerException("llama-bench printed no avg_ts above 0, its tokens a second");
  }

  @Override
  public void close() {
    // There is no process between answers.
  }
}
