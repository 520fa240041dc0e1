package dev.skipstone.runtime.cpu;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Pass;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;

/**
 * Passes of a tiny model of the same types, on a thread of their own: the JVM compiles the kernels
 * for them, while the weights are read and the prompt is made, instead of for the first pass.
 * Interpreted, vectors take a hundred times longer, and a real pass keeps all processors busy with
 * that, the one that the compiler needs too.
 */
final class WarmUp {
  /** Channels and vocabulary of the tiny model: some blocks and some tiles. */
  private static final int SIZE = 2 * TileFormat.BLOCK;

  /** A prompt of more rows than are treated as few. */
  private static final int ROWS = 12;

  /** Passes over a prompt and a token after which what takes time is compiled. */
  private static final int ROUNDS = 100;

  private static final long LONGEST_NANOS = 2_000_000_000L;

  private volatile boolean stopped;

  WarmUp() {}

  /** Starts it for a model whose types are supported. */
  static WarmUp start(Model model) {
    WarmUp warmUp = new WarmUp();
    Thread.ofPlatform().daemon().name("skipstone-warm-up").start(() -> warmUp.run(model, ROUNDS));
    return warmUp;
  }

  /** Ends it after its current pass, without waiting for that. */
  void stop() {
    stopped = true;
  }

  void run(Model model, int rounds) {
    HyperParameters sizes = sizes(model.hyperParameters());
    try (WorkerPool pool = new WorkerPool(1);
        Arena arena = Arena.ofShared();
        CpuRunner runner = runner(model, sizes, pool, arena)) {
      LayerPath path = LayerPath.full(sizes.layers());
      Pass prompt = new Pass(new int[ROWS], 0, path, new int[] {ROWS - 1});
      Pass token = new Pass(new int[1], ROWS, path, new int[] {0});
      long start = System.nanoTime();
      for (int i = 0; i < rounds && !stopped && System.nanoTime() - start < LONGEST_NANOS; i++) {
        runner.cache().truncate(0);
        runner.run(prompt);
        runner.run(token).argmax(0);
      }
    }
  }

  @SuppressWarnings("MustBeClosed") // the runner closes its arena
  private static CpuRunner runner(
      Model model, HyperParameters sizes, WorkerPool pool, Arena arena) {
    CpuWeights weights = weights(model, sizes, pool, arena);
    Arena own = Arena.ofShared();
    return new CpuRunner(
        new Transformer(model.architecture(), sizes, weights, null, pool, SIZE),
        new CpuKvCache(sizes.layers(), sizes.keyValueHeads(), sizes.headSize(), SIZE, own),
        own);
  }

  /** One layer, with one key-value head of the model's size and its queries. */
  private static HyperParameters sizes(HyperParameters real) {
    return new HyperParameters(
        1,
        SIZE,
        SIZE,
        real.heads() / real.keyValueHeads(),
        1,
        real.headSize(),
        SIZE,
        SIZE,
        real.normEpsilon(),
        real.ropeBase(),
        real.ropeDimensions());
  }

  private static CpuWeights weights(
      Model model, HyperParameters sizes, WorkerPool pool, Arena arena) {
    int headSize = sizes.headSize();
    int heads = sizes.heads() * headSize;
    float[] norm = new float[SIZE];
    Arrays.fill(norm, 1);
    List<Tensor> input =
        List.of(
            like(model, TensorRole.ATTENTION_QUERY, heads, SIZE),
            like(model, TensorRole.ATTENTION_KEY, headSize, SIZE),
            like(model, TensorRole.ATTENTION_VALUE, headSize, SIZE));
    List<Tensor> gateAndUp =
        List.of(
            like(model, TensorRole.MLP_GATE, SIZE, SIZE),
            like(model, TensorRole.MLP_UP, SIZE, SIZE));
    TensorRole head = model.tiedOutput() ? TensorRole.TOKEN_EMBEDDING : TensorRole.OUTPUT;
    CpuWeights.Layer layer =
        new CpuWeights.Layer(
            norm,
            Projection.load(input, pool, arena),
            null,
            null,
            one(like(model, TensorRole.ATTENTION_OUTPUT, SIZE, heads), pool, arena),
            null,
            norm,
            Projection.loadInTurns(gateAndUp, pool, arena),
            one(like(model, TensorRole.MLP_DOWN, SIZE, SIZE), pool, arena),
            null);
    Projection output = one(like(model, head, SIZE, SIZE), pool, arena);
    return new CpuWeights(List.of(layer), output.matrix(0), norm, output, CpuWeights.forms(model));
  }

  private static Projection one(Tensor tensor, WorkerPool pool, Arena arena) {
    return Projection.load(List.of(tensor), pool, arena);
  }

  /** A matrix of the type that the model has in its first layer. */
  private static Tensor like(Model model, TensorRole role, int rows, int columns) {
    return new RandomMatrix(model.tensor(role, 0).type(), rows, columns);
  }
}
