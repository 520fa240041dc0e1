package dev.skipstone.benchmarks.peers;

import dev.skipstone.benchmarks.BenchResult;
import dev.skipstone.benchmarks.Progress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Engines that take turns: each reads the long prompt and generates behind the short one before the
 * next does, so that the drift of a shared machine meets all of them alike, and ratios are taken
 * within a turn. An engine that fails, or whose answer is none, is left out from there on and told
 * of with its reason.
 */
public final class PeerBenchmark {
  private final PeerWorkload workload;
  private final int warmUps;
  private final int turns;

  /**
   * @param warmUps turns before those that count; 0 or more
   * @param turns turns that count; at least 1
   */
  public PeerBenchmark(PeerWorkload workload, int warmUps, int turns) {
    if (warmUps < 0 || turns < 1) {
      throw new IllegalArgumentException(
          "%d warm-up turns and %d turns: not 0 or more and 1 or more".formatted(warmUps, turns));
    }
    this.workload = workload;
    this.warmUps = warmUps;
    this.turns = turns;
  }

  /**
   * What came of it.
   *
   * @param results for each engine {@code peers/ENGINE/ppN} and {@code peers/ENGINE/tgN} with
   *     metric {@code tokens_per_second} and, except for the first engine, {@code skipstone_ratio}:
   *     the first engine's tokens a second by this one's; {@code common_prefix}, the tokens of the
   *     answer that are the first engine's; and {@code peers/ENGINE/idle}, the processors that the
   *     engine kept busy while the others had their turns
   * @param failed why engines were left out, by name
   * @param interrupted whether it ended before the last turn; figures are of the complete turns
   */
  public record Outcome(
      List<BenchResult> results, Map<String, String> failed, boolean interrupted) {}

  /**
   * Runs on the calling thread until done or interrupted.
   *
   * @param peers the first is the one that the others are compared with
   * @throws PeerException if that one fails
   */
  public Outcome run(List<? extends Peer> peers, Progress progress) throws PeerException {
    Map<Peer, List<Turn>> done = new LinkedHashMap<>();
    peers.forEach(peer -> done.put(peer, new ArrayList<>()));
    Map<String, String> failed = new LinkedHashMap<>();
    int total = (warmUps + turns) * peers.size();
    int complete = 0;
    boolean interrupted = false;
    for (int turn = 0; turn < warmUps + turns && !interrupted; turn++) {
      Map<Peer, Turn> round = new LinkedHashMap<>();
      for (int i = 0; i < peers.size() && !interrupted; i++) {
        Peer peer = peers.get(i);
        try {
          if (!failed.containsKey(peer.name())) {
            round.put(peer, measure(peer, peers));
          }
          progress.report(turn * peers.size() + i + 1, total, peer.name());
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (PeerException e) {
          if (i == 0) {
            throw new PeerException(peer.name() + " failed: " + e.getMessage(), e);
          }
          failed.put(peer.name(), e.getMessage());
        }
      }
      if (turn >= warmUps && !interrupted) {
        round.forEach((peer, measured) -> done.get(peer).add(measured));
        complete++;
      }
    }
    done.keySet().removeIf(peer -> failed.containsKey(peer.name()));
    return new Outcome(complete == 0 ? List.of() : results(done), failed, interrupted);
  }

  /**
   * One engine's turn.
   *
   * @param seconds that it took
   * @param idle processor seconds of the other engines meanwhile, of those that tell them
   */
  private record Turn(
      PeerAnswer prompt, PeerAnswer decode, double seconds, Map<String, Double> idle) {
    double promptRate() {
      return prompt.promptRate();
    }

    double decodeRate() {
      return decode.decodeRate();
    }
  }

  private Turn measure(Peer peer, List<? extends Peer> all)
      throws PeerException, InterruptedException {
    Map<String, Double> before = processorSeconds(peer, all);
    long start = System.nanoTime();
    PeerAnswer prompt = check(peer.answer(workload.longPrompt(), 1), 1);
    PeerAnswer decode =
        check(peer.answer(workload.shortPrompt(), workload.generated()), workload.generated());
    if (!(decode.decodeRate() > 0)) {
      throw new PeerException("its answer ended after one token, so that there is nothing to time");
    }
    double seconds = (System.nanoTime() - start) * 1e-9;
    Map<String, Double> idle = processorSeconds(peer, all);
    idle.replaceAll((name, used) -> used - before.getOrDefault(name, used));
    return new Turn(prompt, decode, seconds, idle);
  }

  private PeerAnswer check(PeerAnswer answer, int count) throws PeerException {
    Optional<String> problem = answer.problem(count, workload.vocabulary());
    if (problem.isPresent()) {
      throw new PeerException(problem.get() + ", so that its speed means nothing");
    }
    return answer;
  }

  private static Map<String, Double> processorSeconds(Peer active, List<? extends Peer> all) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (Peer peer : all) {
      if (!peer.equals(active)) {
        peer.processorTime().ifPresent(time -> seconds.put(peer.name(), time.toNanos() * 1e-9));
      }
    }
    return seconds;
  }

  private List<BenchResult> results(Map<Peer, List<Turn>> done) {
    Map.Entry<Peer, List<Turn>> reference = done.entrySet().iterator().next();
    List<BenchResult> results = new ArrayList<>();
    done.forEach((peer, own) -> {
      String name = "peers/" + peer.name() + "/";
      results.add(rate(name + workload.promptName(), own, Turn::promptRate));
      if (!peer.equals(reference.getKey())) {
        results.add(
            ratio(name + workload.promptName(), reference.getValue(), own, Turn::promptRate));
      }
      results.add(rate(name + workload.decodeName(), own, Turn::decodeRate));
      if (!peer.equals(reference.getKey())) {
        results.add(
            ratio(name + workload.decodeName(), reference.getValue(), own, Turn::decodeRate));
        commonPrefix(name + workload.decodeName(), reference.getValue(), own)
            .ifPresent(results::add);
      }
      idle(name + "idle", peer.name(), done).ifPresent(results::add);
    });
    return results;
  }

  private static BenchResult rate(String name, List<Turn> turns, Function<Turn, Double> rate) {
    return new BenchResult(
        name, "tokens_per_second", "tokens/s", turns.stream().map(rate).toList());
  }

  private static BenchResult ratio(
      String name, List<Turn> reference, List<Turn> own, Function<Turn, Double> rate) {
    List<Double> ratios = new ArrayList<>();
    for (int turn = 0; turn < own.size(); turn++) {
      ratios.add(rate.apply(reference.get(turn)) / rate.apply(own.get(turn)));
    }
    return new BenchResult(name, "skipstone_ratio", "1", ratios);
  }

  private static Optional<BenchResult> commonPrefix(
      String name, List<Turn> reference, List<Turn> own) {
    List<Double> lengths = new ArrayList<>();
    for (int turn = 0; turn < own.size(); turn++) {
      own.get(turn)
          .decode()
          .commonPrefix(reference.get(turn).decode())
          .ifPresent(length -> lengths.add((double) length));
    }
    return lengths.isEmpty()
        ? Optional.empty()
        : Optional.of(new BenchResult(name, "common_prefix", "tokens", lengths));
  }

  private static Optional<BenchResult> idle(String name, String peer, Map<Peer, List<Turn>> done) {
    int complete = done.values().iterator().next().size();
    List<Double> shares = new ArrayList<>();
    for (int turn = 0; turn < complete; turn++) {
      double used = 0;
      double seconds = 0;
      for (List<Turn> turns : done.values()) {
        Double idle = turns.get(turn).idle().get(peer);
        if (idle != null) {
          used += idle;
          seconds += turns.get(turn).seconds();
        }
      }
      if (seconds > 0) {
        shares.add(used / seconds);
      }
    }
    return shares.isEmpty()
        ? Optional.empty()
        : Optional.of(new BenchResult(name, "processors", "1", shares));
  }
}
