package dev.skipstone.benchmarks.peers;

import dev.skipstone.benchmarks.BenchResult;
import dev.skipstone.benchmarks.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Time from an engine's start to the first token of its answer. The engines take turns, each in a
 * new process every time; a first turn that does not count brings their files into memory.
 */
public final class StartBenchmark {
  /** Starts an engine in a new process and returns when its first token is there. */
  @FunctionalInterface
  public interface Start {
    /**
     * Starts it, and waits for the token.
     *
     * @return the process, to be ended
     * @throws PeerException if the engine can't be started or fails
     */
    AutoCloseable run() throws PeerException, InterruptedException;
  }

  /**
   * What came of it.
   *
   * @param results {@code start/ENGINE} with metric {@code time}
   * @param failed why engines were left out, by name
   * @param interrupted whether it ended before the last turn; figures are of the complete turns
   */
  public record Outcome(
      List<BenchResult> results, Map<String, String> failed, boolean interrupted) {}

  private final int turns;

  /**
   * @param turns turns that count; at least 1
   */
  public StartBenchmark(int turns) {
    if (turns < 1) {
      throw new IllegalArgumentException(turns + " turns: not 1 or more");
    }
    this.turns = turns;
  }

  /**
   * A command that prints its answer as it comes, and nothing before it.
   *
   * @param command program and arguments
   */
  public static Start command(List<String> command) {
    return () -> {
      Process process;
      try {
        process =
            new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      } catch (IOException e) {
        throw new PeerException("%s can't be started: %s".formatted(command.getFirst(), e), e);
      }
      awaitOutput(process);
      return () -> end(process);
    };
  }

  private static void awaitOutput(Process process) throws PeerException, InterruptedException {
    try {
      if (process.getInputStream().read() < 0) {
        throw new PeerException(
            "it ended with status %d, without an answer".formatted(process.waitFor()));
      }
    } catch (IOException e) {
      throw new PeerException("its answer can't be read: " + e.getMessage(), e);
    }
  }

  private static void end(Process process) throws IOException, InterruptedException {
    try (InputStream rest = process.getInputStream()) {
      rest.readAllBytes();
    }
    process.waitFor();
  }

  /**
   * llama.cpp, as {@link LlamaCpp} finds it; only node-llama-cpp tells when it has a token. It is
   * given token ids, so that it neither fills in a chat template nor tokenizes.
   *
   * @param place as for {@link LlamaCpp#start}
   */
  public static Start llamaCpp(Path place, PeerSetup setup, int[] prompt) {
    return () -> {
      Peer peer = LlamaCpp.start(place, setup);
      try {
        if (peer.answer(prompt, 1).tokens().isEmpty()) {
          throw new PeerException("llama-bench does not tell when it has a token");
        }
        return peer;
      } catch (PeerException | InterruptedException e) {
        peer.close();
        throw e;
      }
    };
  }

  /**
   * Runs on the calling thread until done or interrupted.
   *
   * @param engines by name
   */
  public Outcome run(Map<String, Start> engines, Progress progress) {
    Map<String, List<Double>> seconds = new LinkedHashMap<>();
    engines.keySet().forEach(name -> seconds.put(name, new ArrayList<>()));
    Map<String, String> failed = new LinkedHashMap<>();
    boolean interrupted = false;
    int done = 0;
    for (int turn = 0; turn <= turns && !interrupted; turn++) {
      Map<String, Double> round = new LinkedHashMap<>();
      for (Map.Entry<String, Start> engine : engines.entrySet()) {
        try {
          if (!interrupted && !failed.containsKey(engine.getKey())) {
            round.put(engine.getKey(), time(engine.getValue()));
          }
          progress.report(++done, (turns + 1) * engines.size(), engine.getKey());
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (PeerException e) {
          failed.put(engine.getKey(), e.getMessage());
        }
      }
      if (turn > 0 && !interrupted) {
        round.forEach((name, taken) -> seconds.get(name).add(taken));
      }
    }
    List<BenchResult> results = new ArrayList<>();
    seconds.forEach((name, runs) -> {
      if (!runs.isEmpty() && !failed.containsKey(name)) {
        results.add(new BenchResult("start/" + name, "time", "s", runs));
      }
    });
    return new Outcome(results, failed, interrupted);
  }

  private static double time(Start engine) throws PeerException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    long start = System.nanoTime();
    AutoCloseable process = engine.run();
    double seconds = (System.nanoTime() - start) * 1e-9;
    try {
      process.close();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new PeerException("it did not end well: " + e.getMessage(), e);
    }
    return seconds;
  }
}
