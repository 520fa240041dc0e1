package dev.skipstone.benchmarks.roofline;

import dev.skipstone.benchmarks.BenchResult;
import dev.skipstone.benchmarks.Progress;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.TensorType;
import dev.skipstone.runtime.pass.Kernel;
import dev.skipstone.runtime.pass.KernelSuite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Single kernels against the machine's peaks, one after another, in a model's sizes. Products and
 * attention are on all threads, beside the peaks of as many; the rest is on one.
 */
public final class KernelBenchmark {
  /** A round takes so long at least. */
  private static final long ROUND_NANOS = 1_000_000;

  private final KernelSuite suite;
  private final HyperParameters sizes;
  private final int context;
  private final int threads;
  private final long productBytes;

  /**
   * @param sizes of the model
   * @param context positions before attention's first row
   * @param threads that share a product or attention
   * @param productBytes of the weights of a product, about: more than the caches hold, for a figure
   *     of the memory
   */
  public KernelBenchmark(
      KernelSuite suite, HyperParameters sizes, int context, int threads, long productBytes) {
    this.suite = suite;
    this.sizes = sizes;
    this.context = context;
    this.threads = threads;
    this.productBytes = productBytes;
  }

  /**
   * @param fileBytes of the weights in a file; 0 where there are none
   */
  private record Task(String name, boolean shared, long fileBytes, Supplier<Kernel> kernel) {}

  private record Run(List<Double> seconds, long bytes, long operations) {}

  /**
   * Runs on the calling thread.
   *
   * @param types of weights for products
   * @param rowCounts rows of each kernel; attention is left out where they are too many for it
   * @param warmUps rounds of each kernel before those that count; a round is a run, or a
   *     millisecond of them
   * @param rounds rounds that count
   * @return {@code kernel/read} and {@code kernel/fma}, the machine's peaks, and those of one
   *     thread as {@code kernel/thread/...}; then {@code kernel/NAME/rows=N} with the metrics of
   *     {@link RooflineBenchmark}, and for products {@code file_bandwidth}, by the weights' bytes
   *     in a file, where the others are by those in memory
   * @throws InterruptedException if the thread was interrupted between two rounds
   */
  public List<BenchResult> run(
      List<TensorType> types, List<Integer> rowCounts, int warmUps, int rounds, Progress progress)
      throws InterruptedException {
    MachinePeak ofAll = MachinePeak.measure(threads);
    MachinePeak ofOne = threads == 1 ? ofAll : MachinePeak.measure(1);
    List<Task> tasks = new ArrayList<>();
    types.forEach(type -> rowCounts.forEach(rows -> tasks.addAll(ofType(type, rows))));
    rowCounts.forEach(rows -> tasks.addAll(others(rows)));
    tasks.add(new Task("empty_phase", true, 0, () -> suite.emptyPhases(1, threads)));
    Map<Task, Run> runs = new LinkedHashMap<>();
    int perTask = warmUps + rounds;
    for (int i = 0; i < tasks.size(); i++) {
      Task task = tasks.get(i);
      try (Kernel kernel = task.kernel().get()) {
        List<Double> seconds = new ArrayList<>();
        for (int round = 0; round < perTask; round++) {
          if (Thread.interrupted()) {
            throw new InterruptedException();
          }
          double time = time(kernel);
          if (round >= warmUps) {
            seconds.add(time);
          }
          progress.report(i * perTask + round + 1, tasks.size() * perTask, task.name());
        }
        runs.put(task, new Run(seconds, kernel.bytes(), kernel.operations()));
      }
    }
    Roofline shared = new Roofline(ofAll.or(MachinePeak.measure(threads)));
    Roofline single = new Roofline(ofOne.or(MachinePeak.measure(1)));
    List<BenchResult> results = new ArrayList<>(shared.peaks("kernel"));
    results.addAll(single.peaks("kernel/thread"));
    runs.forEach((task, run) -> {
      Roofline roofline = task.shared() ? shared : single;
      String name = "kernel/" + task.name();
      results.addAll(roofline.figures(name, run.seconds(), run.bytes(), run.operations()));
      if (task.fileBytes() > 0) {
        results.add(roofline.ofFile(name, run.seconds(), task.fileBytes()));
      }
    });
    return results;
  }

  /** Seconds of a run, from so many that a clock can tell. */
  private static double time(Kernel kernel) {
    long start = System.nanoTime();
    int count = 0;
    long nanos = 0;
    while (nanos < ROUND_NANOS) {
      // As many as before: the clock is read some times only.
      int more = Math.max(1, count);
      for (int run = 0; run < more; run++) {
        kernel.run();
      }
      count += more;
      nanos = System.nanoTime() - start;
    }
    return nanos * 1e-9 / count;
  }

  private List<Task> ofType(TensorType type, int rows) {
    int block = Math.max(KernelSuite.PRODUCT_COLUMNS, type.blockSize());
    int columns = (sizes.width() + block - 1) / block * block;
    long rowBytes = (long) columns / type.blockSize() * type.blockBytes();
    int outputs = Math.toIntExact(Math.max(1, productBytes / rowBytes));
    String name = type.name().toLowerCase(Locale.ROOT) + "/rows=" + rows;
    return List.of(
        new Task(
            "product/" + name,
            true,
            outputs * rowBytes,
            () -> suite.product(type, outputs, columns, rows, threads)),
        new Task("prepare/" + name, false, 0, () -> suite.preparation(type, columns, rows)));
  }

  private static Task task(String name, int rows, boolean shared, Supplier<Kernel> kernel) {
    return new Task(name + "/rows=" + rows, shared, 0, kernel);
  }

  private List<Task> others(int rows) {
    int headSize = sizes.headSize();
    List<Task> tasks = new ArrayList<>();
    if (rows <= suite.attentionRows()) {
      var shape =
          new KernelSuite.AttentionShape(
              sizes.layers(), sizes.heads(), sizes.keyValueHeads(), headSize);
      tasks.add(
          task("attention", rows, true, () -> suite.attention(shape, context, rows, threads)));
    }
    int hidden = sizes.hidden();
    tasks.add(task("rms_norm", rows, false, () -> suite.rmsNorm(sizes.width(), rows)));
    tasks.add(task("silu_gate", rows, false, () -> suite.siluGate(hidden, rows)));
    tasks.add(
        task("rope", rows, false, () -> suite.rope(sizes.layers(), sizes.heads(), headSize, rows)));
    tasks.add(task("argmax", rows, false, () -> suite.argmax(sizes.vocabulary(), rows)));
    tasks.add(
        task("top_probability", rows, false, () -> suite.topProbability(sizes.vocabulary(), rows)));
    return tasks;
  }
}
