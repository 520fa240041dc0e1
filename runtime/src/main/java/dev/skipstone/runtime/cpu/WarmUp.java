package dev.skipstone.runtime.cpu;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import dev.skipstone.model.TensorType;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

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

  /** Before drafts' passes, which are not needed as soon as those of a prompt. */
  private static final long PAUSE_NANOS = 1_000_000_000L;

  /** Calls of a kernel in a round. */
  private static final int CALLS = 15;

  /** The type that trained adapters have. */
  private static final TensorType DELTAS = TensorType.F16;

  /** Most tokens of a draft: as many as there are masks, and one. */
  private static final int DRAFTED = 4;

  private static final long LONGEST_NANOS = 2_000_000_000L;

  private volatile boolean stopped;

  WarmUp() {}

  /**
   * Starts it for a model whose types are supported.
   *
   * @param drafts whether the model has a draft adapter, so that its passes are to be compiled too:
   *     else what the first drafts take would say that drafting does not pay
   */
  static WarmUp start(Model model, boolean drafts) {
    WarmUp warmUp = new WarmUp();
    Thread.ofPlatform()
        .daemon()
        .name("skipstone-warm-up")
        .start(() -> warmUp.run(model, drafts, ROUNDS));
    return warmUp;
  }

  /** Ends it after its current pass, without waiting for that. */
  void stop() {
    stopped = true;
  }

  void run(Model model, boolean drafts, int rounds) {
    HyperParameters sizes = sizes(model.hyperParameters());
    try (WorkerPool pool = new WorkerPool(1);
        Arena arena = Arena.ofShared()) {
      CpuWeights weights = weights(model, sizes, pool, arena);
      CpuAdapter adapter = drafts ? adapter(sizes, weights, pool, arena) : null;
      try (CpuRunner runner = runner(model, sizes, weights, adapter, pool)) {
        LayerPath path = LayerPath.full(1);
        Pass prompt = new Pass(new int[ROWS], 0, path, new int[] {ROWS - 1});
        Pass token = new Pass(new int[1], ROWS, path, new int[] {0});
        repeat(runner, List.of(prompt, token), rounds);
        if (drafts) {
          LockSupport.parkNanos(rounds * PAUSE_NANOS / ROUNDS);
          compileGroups(weights.layers().getFirst().down().matrix(0), rounds);
          compileGroups(weights.output().matrix(0), rounds);
          compileGroups(one(new RandomMatrix(DELTAS, SIZE, SIZE), pool, arena).matrix(0), rounds);
          repeat(runner, draftsAndVerifying(prompt, path), rounds);
        }
      }
    }
  }

  /** Calls the kernels for other numbers of rows than a prompt and a token need. */
  private void compileGroups(WeightMatrix matrix, int rounds) {
    RowGroups groups = matrix.format().groups();
    float[] output = new float[TileFormat.MOST_ROWS * TileFormat.ROWS];
    for (int rows = 2; rows <= TileFormat.MOST_ROWS; rows++) {
      Activations input = Activations.allocate(rows, SIZE, Set.of(matrix.format().form()));
      int calls = Math.min(rounds * CALLS, RowGroups.COMPILED);
      boolean compiled = (groups.ready() & 1 << rows) != 0;
      for (int i = 0; i < calls && !compiled && !stopped; i++) {
        matrix.multiplyRows(input, rows, output);
      }
      if (calls == RowGroups.COMPILED && !stopped) {
        groups.warmed(rows);
      }
    }
  }

  /** The first pass has no other before it. */
  private void repeat(CpuRunner runner, List<Pass> passes, int rounds) {
    long start = System.nanoTime();
    for (int i = 0; i < rounds && !stopped && System.nanoTime() - start < LONGEST_NANOS; i++) {
      runner.cache().truncate(0);
      for (Pass pass : passes) {
        Logits logits = runner.run(pass);
        logits.argmax(0);
        logits.topProbability(0);
      }
    }
  }

  /** Drafts, and the passes over a token and a draft, of each number of tokens. */
  private static List<Pass> draftsAndVerifying(Pass prompt, LayerPath path) {
    List<Pass> passes = new ArrayList<>();
    passes.add(prompt);
    for (int tokens = 1; tokens <= DRAFTED; tokens++) {
      int[] slots = IntStream.range(0, tokens).map(Pass::mask).toArray();
      int[] drafted = IntStream.range(0, tokens).toArray();
      passes.add(new Pass(slots, ROWS, path, drafted, true));
      int[] verified = IntStream.rangeClosed(0, tokens).toArray();
      passes.add(new Pass(new int[tokens + 1], ROWS, path, verified));
    }
    return passes;
  }

  private static CpuAdapter adapter(
      HyperParameters sizes, CpuWeights weights, WorkerPool pool, Arena arena) {
    RandomAdapterWeights random = new RandomAdapterWeights(sizes, DELTAS);
    return CpuAdapter.load(random, weights, ResidualStream.stride(sizes), pool, arena);
  }

  /**
   * @param adapter null for none
   */
  @SuppressWarnings("MustBeClosed") // the runner closes its arena
  private static CpuRunner runner(
      Model model, HyperParameters sizes, CpuWeights weights, CpuAdapter adapter, WorkerPool pool) {
    Arena own = Arena.ofShared();
    return new CpuRunner(
        new Transformer(model.architecture(), sizes, weights, adapter, pool, SIZE),
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
