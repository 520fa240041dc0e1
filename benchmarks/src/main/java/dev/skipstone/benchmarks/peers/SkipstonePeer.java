package dev.skipstone.benchmarks.peers;

import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.Generation;
import dev.skipstone.runtime.GenerationOptions;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.SpeculationStats;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.sampling.Sampling;
import java.util.Arrays;
import java.util.List;

/** Skipstone in this process, decoding without drafts. */
public final class SkipstonePeer implements Peer {
  /** What its figures are named after. */
  public static final String NAME = "skipstone";

  private final Session session;

  /** Opens a session, which is closed with this; the engine is not. */
  public SkipstonePeer(Engine engine) {
    session = engine.openSession();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String version() {
    return "in this process";
  }

  @Override
  public PeerAnswer answer(int[] prompt, int count) throws InterruptedException {
    session.reset();
    var options = new GenerationOptions(count, Sampling.greedy(), List.of(), DraftMethod.none());
    try (Generation generation = session.generate(prompt, options)) {
      while (generation.hasNext()) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        generation.next();
      }
      SpeculationStats stats = generation.stats();
      List<Integer> tokens = Arrays.stream(generation.tokens()).boxed().toList();
      return PeerAnswer.timed(prompt.length, stats.promptSeconds(), stats.decodeSeconds(), tokens);
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
