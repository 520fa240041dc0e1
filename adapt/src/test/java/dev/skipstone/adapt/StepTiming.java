package dev.skipstone.adapt;

import com.sun.management.OperatingSystemMXBean;
import dev.skipstone.adapt.layer.AnchorBatch;
import dev.skipstone.adapt.layer.DraftPath;
import dev.skipstone.adapt.layer.DraftShape;
import dev.skipstone.adapt.layer.DraftVocabulary;
import dev.skipstone.adapt.layer.TargetStates;
import dev.skipstone.adapt.math.Workers;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.PassRunner;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;

/** Times the parts of a training step of the default model; a program, not a test. */
final class StepTiming {
  private static final int[] KEPT = {0, 1, 8, 20, 21, 22, 24, 27, 28, 29};

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private StepTiming() {}

  /**
   * Prints the seconds of some steps.
   *
   * @param arguments model file, tokens of the sequence, anchors
   */
  public static void main(String[] arguments) {
    int length = Integer.parseInt(arguments[1]);
    int anchors = Integer.parseInt(arguments[2]);
    try (Engine engine = Engine.load(Path.of(arguments[0]));
        PassRunner runner = engine.openRunner();
        Workers workers = new Workers(Runtime.getRuntime().availableProcessors())) {
      int layers = engine.model().hyperParameters().layers();
      int[] skipped =
          IntStream.range(0, layers)
              .filter(layer -> IntStream.of(KEPT).noneMatch(kept -> kept == layer))
              .toArray();
      LayerPath path = LayerPath.skipping(layers, skipped, skipped);
      int vocabulary = engine.model().hyperParameters().vocabulary();
      DraftVocabulary words = DraftVocabulary.mostFrequent(new long[vocabulary], 8192);
      DraftPath draft =
          new DraftPath(
              engine.model(), new DraftShape(path, 4, 32, 64, words), anchors, 512, workers);
      draft.initialize(1);
      EngineTarget target =
          new EngineTarget(runner, engine.model().hyperParameters(), path, 512, 0);
      int[] tokens = new Random(1).ints(length, 0, 8192).toArray();
      int[] places = IntStream.range(0, anchors).map(i -> i * (length - 4) / anchors).toArray();
      AnchorBatch batch = new AnchorBatch(anchors, 4);
      float[] slots = {1f / anchors, 0.5f / anchors, 0.3f / anchors, 0.2f / anchors};
      for (int step = 0; step < 20; step++) {
        long used = used();
        long start = System.nanoTime();
        TargetStates states = target.run(tokens);
        long ran = System.nanoTime();
        long usedRan = used();
        draft.load(states);
        batch.set(states, places, anchors);
        long loaded = System.nanoTime();
        double loss = draft.learn(batch, slots, 0);
        long learned = System.nanoTime();
        draft.refresh();
        long refreshed = System.nanoTime();
        long usedRefreshed = used();
        draft.guess(batch);
        long guessed = System.nanoTime();
        long usedGuessed = used();
        System.out.printf(
            "step %d: target %.3f s, load %.3f, learn %.3f (a forward pass alone %.3f), refresh"
                + " %.3f; processors' time %.3f s without target and forward pass, %.3f with; loss"
                + " %.3f%n",
            step,
            (ran - start) * 1e-9,
            (loaded - ran) * 1e-9,
            (learned - loaded) * 1e-9,
            (guessed - refreshed) * 1e-9,
            (refreshed - learned) * 1e-9,
            (usedRefreshed - usedRan) * 1e-9,
            (usedGuessed - used) * 1e-9,
            loss);
      }
    }
  }

  /** Nanoseconds that this process has used of all processors: others don't count. */
  private static long used() {
    return SYSTEM.getProcessCpuTime();
  }
}
