package dev.skipstone.runtime.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skipstone.model.Model;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.pass.Device;
import dev.skipstone.runtime.pass.InsufficientMemoryException;
import dev.skipstone.runtime.pass.MemoryPlan;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise 3: memory is known before it is taken, and what does not fit fails at once. */
class MemoryTest {
  private static final MicroModel MICRO = MicroModel.defaults().withLayers(2);

  /** Positions whose cache no machine has room for. */
  private static final int ABSURD = Integer.MAX_VALUE;

  @TempDir Path folder;

  @Test
  void anAbsurdContextFailsAtOnceWithBytesAndTheSetting() {
    Path file = MICRO.withContext(ABSURD).write(folder.resolve("micro.gguf"));
    EngineOptions options = EngineOptions.defaults().withThreads(1).withContext(ABSURD);
    InsufficientMemoryException failure =
        catchThrowableOfType(
            InsufficientMemoryException.class, () -> Engine.load(file, options).close());
    assertThat(failure).hasMessageContaining("--context");
    // Two layers, keys and values, two heads of 16 channels in two bytes each: for the cache alone.
    assertThat(failure.askedBytes()).isGreaterThan(2L * 2 * 2 * 16 * 2 * ABSURD);
    assertThat(failure.freeBytes()).isPositive().isLessThan(failure.askedBytes());
    assertThat(failure)
        .hasMessageContaining("%,d", failure.askedBytes())
        .hasMessageContaining("%,d", failure.freeBytes());
  }

  @Test
  void aHugeContextOfTheModelIsNotTheDefault() {
    Path file = MICRO.withContext(ABSURD).write(folder.resolve("micro.gguf"));
    try (Engine engine = Engine.load(file, EngineOptions.defaults().withThreads(1))) {
      assertThat(engine.context()).isEqualTo(EngineOptions.DEFAULT_CONTEXT);
      assertThat(engine.options().context()).isEqualTo(EngineOptions.DEFAULT_CONTEXT);
    }
  }

  @Test
  void thePlanKnowsCacheAndWeights() {
    Path file = MICRO.withContext(100).write(folder.resolve("micro.gguf"));
    try (Model model = Model.open(file)) {
      EngineOptions options = EngineOptions.defaults();
      MemoryPlan plan = Engine.plan(model, options);
      // 100 positions are 4 blocks of 32; 16 channels of keys, 32 with filling of values.
      assertThat(plan.kvCache()).isEqualTo(2L * 2 * (16 + 32) * 128 * 2);
      assertThat(plan.adapter()).isZero();
      long inFile = model.tensors().stream().mapToLong(tensor -> tensor.byteSize()).sum();
      assertThat(plan.weights()).isGreaterThanOrEqualTo(inFile).isLessThan(2 * inFile);
      assertThat(plan.scratch()).isPositive();
      assertThat(plan.total()).isEqualTo(plan.weights() + plan.kvCache() + plan.scratch());
      MemoryPlan shorter = Engine.plan(model, options.withContext(48));
      assertThat(shorter.kvCache()).isEqualTo(2L * 2 * (16 + 32) * 64 * 2);
      assertThat(shorter.weights()).isEqualTo(plan.weights());
      try (Engine engine = Engine.load(file, options)) {
        assertThat(engine.memory()).isEqualTo(plan);
      }
    }
  }

  @Test
  void plannedWeightsAreWhatTheyTake() {
    for (boolean tied : new boolean[] {true, false}) {
      Path file = MICRO.withTiedOutput(tied).write(folder.resolve("micro.gguf"));
      try (Model model = Model.open(file);
          WorkerPool pool = new WorkerPool(2);
          Arena arena = Arena.ofShared()) {
        CpuWeights weights = CpuWeights.load(model, pool, arena);
        long bytes = bytes(weights.output());
        bytes += tied ? 0 : weights.embedding().tiles().byteSize();
        bytes += 4L * weights.outputNorm().length;
        for (CpuWeights.Layer layer : weights.layers()) {
          bytes += 4L * (layer.attentionNorm().length + layer.mlpNorm().length);
          bytes += bytes(layer.input()) + bytes(layer.attentionOutput());
          bytes += bytes(layer.gateAndUp()) + bytes(layer.down());
        }
        assertThat(CpuWeights.bytes(model)).isEqualTo(bytes);
      }
    }
  }

  /** All of a projection's matrices lie in one segment. */
  private static long bytes(Projection projection) {
    return projection.matrix(0).tiles().byteSize();
  }

  @Test
  void theDeviceSaysWhatItIs() {
    List<Device> devices = new CpuBackend().devices();
    assertThat(devices).hasSize(1);
    Device device = devices.getFirst();
    assertThat(device.backend()).isEqualTo("cpu");
    assertThat(device.works()).isTrue();
    assertThat(device.memory()).isPositive();
    assertThat(device.name()).contains("processors");
    assertThat(device.features()).allMatch(feature -> feature.startsWith("vector-"));
  }

  @Test
  void thereIsOneDevice() {
    try (Model model = Model.open(MICRO.write(folder.resolve("micro.gguf")))) {
      assertThatThrownBy(() -> new CpuBackend().load(model, 1, 1, 16).close())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("there is no cpu device 1, only 0");
    }
  }
}
