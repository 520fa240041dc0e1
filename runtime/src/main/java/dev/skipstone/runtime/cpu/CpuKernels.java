package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Architecture.RopePairing;
import dev.skipstone.model.Rope;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import dev.skipstone.runtime.pass.Kernel;
import dev.skipstone.runtime.pass.KernelSuite;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;

/** For benchmarks and research: single operations of the CPU backend over data of their own. */
public final class CpuKernels implements KernelSuite {
  private static final float EPSILON = 1e-5f;

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  @SuppressWarnings("MustBeClosed") // the kernel's release does
  public Kernel product(TensorType type, int outputs, int columns, int rows, int threads) {
    check("columns", columns, TileFormat.BLOCK);
    check("outputs", outputs, 1);
    check("rows", rows, 1);
    check("threads", threads, 1);
    WorkerPool pool = new WorkerPool(threads);
    Arena arena = Arena.ofShared();
    List<Tensor> weights = List.of(new RandomMatrix(type, outputs, columns));
    Projection projection = Projection.load(weights, pool, arena);
    Activations input = activations(projection.forms(), columns, rows);
    for (int row = 0; row < rows; row++) {
      input.prepare(row, 0, input.blocks());
    }
    float[] output = new float[Math.multiplyExact(rows, projection.stride())];
    int tiles = projection.tiles();
    WorkerPool.Task task =
        worker -> {
          for (int tile = worker.claim(tiles); tile >= 0; tile = worker.claim(tiles)) {
            projection.multiplyTile(tile, input, rows, output);
          }
        };
    return new Kernel(
        () -> pool.run(task),
        output,
        Projection.bytes(weights),
        2L * outputs * columns * rows,
        release(pool, arena));
  }

  @Override
  public Kernel preparation(TensorType type, int columns, int rows) {
    check("columns", columns, 1);
    check("rows", rows, 1);
    ActivationForm form = TileFormat.of(type).form();
    Activations input = activations(Set.of(form), columns, rows);
    Runnable body =
        () -> {
          for (int row = 0; row < rows; row++) {
            input.prepare(row, 0, input.blocks());
          }
        };
    return new Kernel(body, input.values(form), bytes(rows, columns), 0, CpuKernels::nothing);
  }

  @Override
  public Kernel rmsNorm(int width, int rows) {
    check("width", width, 1);
    check("rows", rows, 1);
    float[] x = randoms(rows * width);
    float[] weight = randoms(width);
    float[] y = new float[rows * width];
    float[] lanes = new float[Lanes.FLOATS];
    Runnable body =
        () -> {
          for (int row = 0; row < rows; row++) {
            Rows.rmsNorm(x, row * width, weight, EPSILON, y, row * width, lanes);
          }
        };
    return new Kernel(body, y, bytes(rows + 1, width), 4L * rows * width, CpuKernels::nothing);
  }

  @Override
  public Kernel siluGate(int hidden, int rows) {
    check("hidden", hidden, Lanes.FLOATS);
    check("rows", rows, 1);
    float[] x = randoms(2 * rows * hidden);
    float[] y = new float[rows * hidden];
    Runnable body =
        () -> {
          for (int row = 0; row < rows; row++) {
            int gate = 2 * row * hidden;
            Rows.siluGate(x, gate, gate + hidden, hidden, y, row * hidden);
          }
        };
    return new Kernel(body, y, bytes(2 * rows, hidden), 0, CpuKernels::nothing);
  }

  @Override
  public Kernel rope(int layers, int heads, int headSize, int rows) {
    check("layers", layers, 1);
    check("heads", heads, 1);
    check("head size", headSize, 2);
    check("rows", rows, 1);
    RotaryEmbedding rope =
        new RotaryEmbedding(
            RopePairing.ADJACENT, Optional.of(new Rope(10_000, headSize)), headSize, rows);
    float[] x = randoms(rows * heads * headSize);
    Runnable body =
        () -> {
          for (int row = 0; row < rows; row++) {
            rope.prepare(row, row);
          }
          for (int i = 0; i < layers * rows * heads; i++) {
            int head = i % (rows * heads);
            rope.rotate(x, head * headSize, head / heads, 1);
          }
        };
    long values = (long) layers * rows * heads * headSize;
    // A value takes two products and a sum.
    return new Kernel(body, x, values * Float.BYTES, 3 * values, CpuKernels::nothing);
  }

  @Override
  @SuppressWarnings("MustBeClosed") // the kernel's release does
  public Kernel attention(AttentionShape shape, int context, int rows, int threads) {
    check("head size", shape.headSize(), Lanes.FLOATS);
    check("heads", shape.heads(), shape.keyValueHeads());
    check("threads", threads, 1);
    if (context < 0 || rows < 1 || rows > Attention.ROWS) {
      throw new IllegalArgumentException(
          "%d rows after %d positions: not 1 to %d after 0 or more"
              .formatted(rows, context, Attention.ROWS));
    }
    WorkerPool pool = new WorkerPool(threads);
    Arena arena = Arena.ofShared();
    int end = Math.addExact(context, rows);
    RandomAttention attention =
        new RandomAttention(RandomAttention.sizes(shape, end), context, rows, threads, arena);
    long width = (long) shape.heads() * shape.headSize();
    long scores = (long) rows * context + rows * (rows + 1L) / 2;
    long cells = 2L * shape.keyValueHeads() * shape.headSize() * end;
    return new Kernel(
        () -> pool.run(attention),
        attention.output(),
        shape.layers() * cells * Short.BYTES,
        4L * shape.layers() * width * scores,
        release(pool, arena));
  }

  @Override
  public int attentionRows() {
    return Attention.ROWS;
  }

  @Override
  public Kernel argmax(int vocabulary, int rows) {
    CpuLogits logits = logits(vocabulary, rows);
    return ofLogits(logits, rows, logits::argmax);
  }

  @Override
  public Kernel topProbability(int vocabulary, int rows) {
    CpuLogits logits = logits(vocabulary, rows);
    return ofLogits(logits, rows, logits::topProbability);
  }

  private static Kernel ofLogits(CpuLogits logits, int rows, IntToDoubleFunction operation) {
    float[] output = new float[rows];
    Runnable body =
        () -> {
          for (int row = 0; row < rows; row++) {
            output[row] = (float) operation.applyAsDouble(row);
          }
        };
    return new Kernel(body, output, bytes(rows, logits.vocabulary()), 0, CpuKernels::nothing);
  }

  private static CpuLogits logits(int vocabulary, int rows) {
    check("vocabulary", vocabulary, 1);
    check("rows", rows, 1);
    CpuLogits logits = new CpuLogits(rows, vocabulary, vocabulary);
    fill(logits.values());
    logits.show(rows);
    return logits;
  }

  @Override
  public Kernel emptyPhases(int phases, int threads) {
    check("phases", phases, 1);
    check("threads", threads, 1);
    WorkerPool pool = new WorkerPool(threads);
    float[] done = new float[threads];
    WorkerPool.Task task =
        worker -> {
          for (int phase = 1; phase <= phases; phase++) {
            for (int i = worker.claim(threads); i >= 0; i = worker.claim(threads)) {
              done[i] = phase;
            }
            worker.await();
          }
        };
    return new Kernel(() -> pool.run(task), done, 0, 0, pool::close);
  }

  private static Activations activations(Set<ActivationForm> forms, int columns, int rows) {
    Activations input = Activations.allocate(rows, columns, forms);
    float[] values = randoms(rows * columns);
    for (int row = 0; row < rows; row++) {
      System.arraycopy(values, row * columns, input.values(), row * input.stride(), columns);
    }
    return input;
  }

  private static float[] randoms(int count) {
    float[] values = new float[count];
    fill(values);
    return values;
  }

  private static void fill(float[] values) {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
  }

  private static long bytes(int rows, int columns) {
    return (long) Float.BYTES * rows * columns;
  }

  private static void nothing() {}

  private static Runnable release(WorkerPool pool, Arena arena) {
    return () -> {
      pool.close();
      arena.close();
    };
  }

  private static void check(String what, int value, int step) {
    if (value < 1 || step < 1 || value % step != 0) {
      throw new IllegalArgumentException(
          "%d %s: not a positive multiple of %d".formatted(value, what, step));
    }
  }
}
