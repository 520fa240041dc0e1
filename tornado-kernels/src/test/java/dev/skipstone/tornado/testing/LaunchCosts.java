package dev.skipstone.tornado.testing;

import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Prints what a launch costs on the first device of the TornadoVM that is on the module or class
 * path: passes of a model whose kernels have next to nothing to do. No test; it has a main method.
 */
final class LaunchCosts {
  private static final int LAYERS = 30;
  private static final int WARM_UPS = 100;
  private static final int RUNS = 200;

  private LaunchCosts() {}

  public static void main(String[] args) throws IOException {
    Path file = Files.createTempFile("micro", ".gguf");
    MicroModel.defaults().withLayers(LAYERS).write(file);
    EngineOptions options = EngineOptions.defaults().withBackend("tornado", 0).withThreads(1);
    try (Engine engine = Engine.load(file, options);
        PassRunner runner = engine.openRunner()) {
      Pass pass = new Pass(new int[] {1}, 0, LayerPath.full(LAYERS), new int[] {0});
      long[] nanos = new long[RUNS];
      for (int i = -WARM_UPS; i < RUNS; i++) {
        long start = System.nanoTime();
        runner.run(pass);
        nanos[Math.max(i, 0)] = System.nanoTime() - start;
        runner.cache().truncate(0);
      }
      Arrays.sort(nanos);
      double launches = runner.launches();
      System.out.printf(
          "%d launches a pass; a launch with its kernel: least %.0f us, median %.0f us%n",
          runner.launches(), nanos[0] / 1e3 / launches, nanos[RUNS / 2] / 1e3 / launches);
    } finally {
      Files.delete(file);
    }
  }
}
