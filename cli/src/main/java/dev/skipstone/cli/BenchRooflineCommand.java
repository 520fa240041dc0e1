package dev.skipstone.cli;

import dev.skipstone.benchmarks.BenchResult;
import dev.skipstone.benchmarks.Progress;
import dev.skipstone.benchmarks.roofline.KernelBenchmark;
import dev.skipstone.benchmarks.roofline.RooflineBenchmark;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.pass.KernelSuite;
import dev.skipstone.runtime.pass.PassRunner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code skipstone bench roofline}. */
@Command(
    name = "roofline",
    description =
        "Times the parts of a pass (dispatch, attention blocks, MLP blocks, output head, and the"
            + " whole) and sets the bytes they read and the operations they take beside what the"
            + " machine's memory and multiply-add units reach with the same number of threads."
            + " With --kernels, single kernels in the model's sizes instead.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  skipstone bench roofline --rows 1,5,64",
      "  skipstone bench roofline --rows 1 --position 4000 --format markdown",
      "  skipstone bench roofline --kernels --types Q4_1,F16 --rows 1,5"
    })
final class BenchRooflineCommand implements Callable<Integer> {
  private static final int PASS_WARM_UPS = 20;

  /** The JVM has compiled a kernel for a few rows by then, and the backend has timed it. */
  private static final int KERNEL_WARM_UPS = 100;

  /** Of a product's weights: beyond the caches. */
  private static final long PRODUCT_BYTES = 128L << 20;

  @ParentCommand private BenchCommand bench;

  @Option(
      names = "--rows",
      paramLabel = "LIST",
      defaultValue = "1,5,64",
      description =
          "Rows of the passes (default: ${DEFAULT-VALUE}); many rows give logits of the last"
              + " only, as a prompt does.")
  private String rows;

  @Option(
      names = "--position",
      paramLabel = "N",
      defaultValue = "64",
      description = "Positions of the context before the pass (default: ${DEFAULT-VALUE}).")
  private int position;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      description =
          "Rounds that are not counted (default: "
              + PASS_WARM_UPS
              + ", of kernels "
              + KERNEL_WARM_UPS
              + ").")
  private Integer warmUps;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "20",
      description = "Rounds that are counted (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--kernels",
      description =
          "Measure single kernels, each by itself: products, attention, norm, gate, RoPE, choosing"
              + " a token.")
  private boolean kernels;

  @Option(
      names = "--types",
      paramLabel = "LIST",
      description =
          "With --kernels: weight types of the products, such as Q4_1,F16 (default: the model's).")
  private String types;

  @Mixin private ModelOptions models;
  @Mixin private BenchOptions options;

  @Override
  public Integer call() throws IOException {
    options.check();
    int[] counts = Arrays.stream(IntLists.numbers("--rows", rows)).distinct().toArray();
    for (int count : counts) {
      Checks.atLeast("--rows", count, 1);
    }
    Checks.atLeast("--position", position, 0);
    Checks.within("--warm-ups", warmUps(), 0, 100_000);
    Checks.within("--runs", runs, 1, 100_000);
    if (types != null && !kernels) {
      throw new UsageException("--types goes with --kernels");
    }
    List<TensorType> given = types == null ? List.of() : types(types);
    models.engine();
    try (Engine engine = models.load();
        PassRunner runner = engine.openRunner()) {
      int most = Arrays.stream(counts).max().orElseThrow();
      if (kernels) {
        return measureKernels(engine, counts, given);
      }
      if (most > runner.maxRows()) {
        throw new UsageException(
            "--rows is %d, more than the %d rows of a pass".formatted(most, runner.maxRows()));
      }
      if (position > engine.context() - most) {
        throw new UsageException(
            "--position is %d: with %d rows it passes the context of %d"
                .formatted(position, most, engine.context()));
      }
      BenchPassCommand.fill(engine, runner, position);
      RooflineBenchmark benchmark = new RooflineBenchmark(engine, runner, position);
      return measure(
          engine,
          settings(counts),
          "passes",
          progress -> benchmark.run(boxed(counts), warmUps(), runs, progress));
    }
  }

  private int measureKernels(Engine engine, int[] counts, List<TensorType> given)
      throws IOException {
    String backend = engine.device().backend();
    KernelSuite suite =
        KernelSuite.all().stream()
            .filter(candidate -> candidate.name().equals(backend))
            .findFirst()
            .orElseThrow(() ->
                new FailedException("--kernels: backend " + backend + " has none to measure"));
    List<TensorType> measured = given.isEmpty() ? ofModel(engine) : given;
    Map<String, String> settings = settings(counts);
    settings.put("types", measured.stream().map(TensorType::name).collect(Collectors.joining(",")));
    KernelBenchmark benchmark =
        new KernelBenchmark(
            suite,
            engine.model().hyperParameters(),
            position,
            engine.options().threads(),
            PRODUCT_BYTES);
    return measure(
        engine,
        settings,
        "kernels",
        progress -> benchmark.run(measured, boxed(counts), warmUps(), runs, progress));
  }

  /** A benchmark that the thread's interruption ends. */
  private interface Measurement {
    List<BenchResult> run(Progress progress) throws InterruptedException;
  }

  private int measure(
      Engine engine, Map<String, String> settings, String unit, Measurement measurement)
      throws IOException {
    BenchOutput output = new BenchOutput(bench.streams(), options, engine, settings);
    List<BenchResult> results = List.of();
    boolean interrupted = false;
    try (BenchProgress progress = new BenchProgress(bench.streams(), unit);
        Interrupts _ = new Interrupts(Thread.currentThread()::interrupt)) {
      results = measurement.run(progress);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    int status = output.writeMedians(results);
    return interrupted ? Skipstone.INTERRUPTED : status;
  }

  private int warmUps() {
    return warmUps != null ? warmUps : kernels ? KERNEL_WARM_UPS : PASS_WARM_UPS;
  }

  private static List<TensorType> types(String list) {
    List<TensorType> types = new ArrayList<>();
    for (String name : list.split(",", -1)) {
      types.add(
          Arrays.stream(TensorType.values())
              .filter(type -> type.name().equalsIgnoreCase(name.strip()))
              .findFirst()
              .orElseThrow(() ->
                  new UsageException(
                      "--types %s: '%s' is none of %s"
                          .formatted(list, name, Arrays.toString(TensorType.values())))));
    }
    return types.stream().distinct().toList();
  }

  /** Types of the model's matrices. */
  private static List<TensorType> ofModel(Engine engine) {
    return engine.model().tensors().stream()
        .filter(tensor -> tensor.rows() > 1)
        .map(Tensor::type)
        .distinct()
        .toList();
  }

  private static List<Integer> boxed(int[] counts) {
    return Arrays.stream(counts).boxed().toList();
  }

  private Map<String, String> settings(int[] counts) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("rows", IntLists.joined(counts));
    settings.put("position", Integer.toString(position));
    settings.put("warm_ups", Integer.toString(warmUps()));
    settings.put("runs", Integer.toString(runs));
    return settings;
  }
}
