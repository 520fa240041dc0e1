package dev.skipstone.tornado;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.KvCache;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassLimits;
import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.runtime.pass.TokenChooser;
import dev.skipstone.tornado.kernel.AdapterKernels;
import dev.skipstone.tornado.kernel.PassBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Runs the passes of one sequence on a device. */
final class TornadoRunner implements PassRunner {
  private final TornadoModel model;
  private final PassExecutor executor;
  private final PassLimits limits;
  private final TornadoKvCache cache;
  private final DeviceLogits logits = new DeviceLogits();
  private boolean closed;

  /**
   * @param adapter of adapted passes, if there is one
   */
  TornadoRunner(
      TornadoModel model,
      PassExecutor executor,
      HyperParameters sizes,
      Optional<AdapterWeights> adapter,
      int positions) {
    this.model = model;
    this.executor = executor;
    limits =
        new PassLimits(
            PassBuffer.MAX_ROWS,
            PassBuffer.MAX_LOGIT_ROWS,
            sizes.vocabulary(),
            sizes.layers(),
            adapter);
    cache = new TornadoKvCache(positions);
    executor.expect(positions);
  }

  @Override
  public int maxRows() {
    return limits.rows();
  }

  @Override
  public int maxLogitRows() {
    return limits.logitRows();
  }

  @Override
  public KvCache cache() {
    return cache;
  }

  @Override
  public Optional<AdapterWeights> adapter() {
    return limits.adapter();
  }

  @Override
  public boolean expect(int positions) {
    return !executor.expect(positions);
  }

  @Override
  public Logits run(Pass pass) {
    checkOpen();
    limits.check(pass, cache);
    if (pass.adapted() && pass.rows() > PassShape.FEW.mostRows()) {
      throw new IllegalArgumentException(
          "an adapted pass of %d rows; most on this backend are %d"
              .formatted(pass.rows(), PassShape.FEW.mostRows()));
    }
    model.exclusively(() -> executor.run(pass));
    cache.extend(pass.start() + pass.rows());
    logits.show(pass.logitRows().length, pass.adapted());
    return logits;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the session is closed");
    }
  }

  @Override
  public Optional<TokenChooser> sampler(
      float temperature, int topK, float topP, float minP, RandomGenerator random) {
    int vocabulary = limits.vocabulary();
    int kept = topK == 0 ? vocabulary : Math.min(topK, vocabulary);
    return Optional.of(
        new DeviceChooser(new SessionDrawing(), temperature, kept, topP, minP, random));
  }

  @Override
  public int launches() {
    return executor.launches();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      model.release(executor);
    }
  }

  /** Drawing when no other session uses the device. */
  private final class SessionDrawing implements DeviceChooser.Drawing {
    @Override
    public FloatArray choice() {
      return executor.choice();
    }

    @Override
    public void draw() {
      checkOpen();
      model.exclusively(executor::draw);
    }

    @Override
    public IntArray result() {
      return executor.result();
    }
  }

  /** Logits that stay on the device, but for rows that are read. */
  private final class DeviceLogits implements Logits {
    private int rows;

    /** Of the last pass: only tokens that can be drafted have logits. */
    private boolean adapted;

    void show(int newRows, boolean ofAdaptedPass) {
      rows = newRows;
      adapted = ofAdaptedPass;
    }

    @Override
    public int rows() {
      return rows;
    }

    @Override
    public int vocabulary() {
      return limits.vocabulary();
    }

    @Override
    public int argmax(int row) {
      return executor.best(Objects.checkIndex(row, rows));
    }

    @Override
    public float topProbability(int row) {
      return executor.probability(Objects.checkIndex(row, rows));
    }

    @Override
    public void read(int row, float[] target) {
      Objects.checkIndex(row, rows);
      model.exclusively(() -> executor.logits(row, target));
      for (int i = 0; adapted && i < limits.vocabulary(); i++) {
        if (target[i] == AdapterKernels.IMPOSSIBLE) {
          target[i] = Float.NEGATIVE_INFINITY;
        }
      }
    }
  }
}
