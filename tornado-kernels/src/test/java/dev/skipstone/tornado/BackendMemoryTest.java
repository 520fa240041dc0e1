package dev.skipstone.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.adapter.DraftAdapter;
import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.DeviceException;
import dev.skipstone.runtime.pass.InsufficientMemoryException;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.LoadedModel;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.MemoryPlan;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.runtime.testing.RandomAdapter;
import dev.skipstone.tornado.HostEngine.Kernels;
import dev.skipstone.tornado.host.CompiledKernel;
import dev.skipstone.tornado.host.Instrumentation;
import dev.skipstone.tornado.host.NdRange;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** Memory is known before it is taken, and what can't be done is said. */
final class BackendMemoryTest {
  private static final int CONTEXT = 48;
  private static final Optional<AdapterWeights> NO_ADAPTER = Optional.empty();
  private static final MicroModel MICRO = MicroModel.defaults().withContext(CONTEXT);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void thePlanIsWhatTheDeviceHolds(TensorType type) {
    try (Model model = Model.open(write(MICRO.withMatrices(type).withTiedOutput(false)))) {
      MemoryPlan plan = new TornadoBackend().plan(model, 1, CONTEXT);
      AllocationCounter counter = new AllocationCounter();
      long taken =
          dev.skipstone.tornado.host.Engine.with(
              counter,
              () -> {
                LoadedModel loaded =
                    TornadoBackend.load(model, NO_ADAPTER, device(1 << 30, 1 << 30), CONTEXT);
                try (loaded;
                    PassRunner runner = loaded.openRunner()) {
                  int[] tokens = new int[runner.maxRows() / 2];
                  runner.run(new Pass(tokens, 0, LayerPath.full(4), new int[] {0, 1}));
                  return counter.bytes;
                }
              });
      assertThat(plan.kvCache()).isEqualTo(4L * 2 * CONTEXT * 2 * 16 * Float.BYTES);
      // Kernels that are fused need no room for what is between them.
      assertThat(taken).isBetween(plan.total() * 6 / 10, plan.total());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "F32"})
  void thePlanWithAnAdapterIsWhatTheDeviceHolds(TensorType type) {
    Path file = write(MICRO);
    Path trained =
        RandomAdapter.of(3).withType(type).write(file, folder.resolve("micro.s3d.safetensors"));
    try (Model model = Model.open(file);
        DraftAdapter adapter = DraftAdapter.open(trained)) {
      AdapterWeights weights = adapter.bind(model);
      MemoryPlan bare = new TornadoBackend().plan(model, 1, CONTEXT);
      MemoryPlan plan = new TornadoBackend().plan(model, weights, 1, CONTEXT);
      long without = taken(model, NO_ADAPTER);
      long taken = taken(model, Optional.of(weights)) - without;
      assertThat(plan.weights()).isEqualTo(bare.weights());
      assertThat(plan.kvCache()).isEqualTo(bare.kvCache());
      // Ranks are filled up to the largest.
      assertThat(plan.adapter()).isBetween(adapter.tensorBytes(), 3 * adapter.tensorBytes());
      // All of it goes to the device; kernels may need less between them.
      assertThat(taken).isBetween(plan.adapter(), plan.total() - bare.total());
    }
  }

  private static long taken(Model model, Optional<AdapterWeights> adapter) {
    AllocationCounter counter = new AllocationCounter();
    return dev.skipstone.tornado.host.Engine.with(
        counter,
        () -> {
          try (LoadedModel _ =
              TornadoBackend.load(model, adapter, device(1 << 30, 1 << 30), CONTEXT)) {
            return counter.bytes;
          }
        });
  }

  /** Counts what is allocated on the device, and runs nothing. */
  private static final class AllocationCounter implements dev.skipstone.tornado.host.Engine {
    private long bytes;

    @Override
    public Instrumentation instrumentation() {
      return Instrumentation.NONE;
    }

    @Override
    public void launch(String task, CompiledKernel kernel, Object[] arguments, NdRange range) {}

    @Override
    public void allocated(TornadoNativeArray host, TornadoNativeArray device) {
      bytes += (long) device.getSize() * device.getElementSize();
    }
  }

  @Test
  void layersThatDoNotFitInOneArrayAreSplit() {
    int[] tokens = {5, 9, 3, 17, 40, 5, 9};
    Pass pass = new Pass(tokens, 0, LayerPath.full(4), new int[] {0, 6});
    LayerPath skipping = LayerPath.skipping(4, new int[] {0, 2}, new int[] {1});
    Pass skipped = new Pass(tokens, 0, skipping, new int[] {6});
    try (Model model = Model.open(write(MICRO))) {
      // A matrix of gates and ups has 256 rows of 64 float16 numbers.
      long ofTwoLayers = 2L * 256 * 64 * 2 + Float.BYTES;
      assertThat(LayerStack.of(model, CONTEXT, ofTwoLayers)).hasSize(2);
      assertThat(LayerStack.of(model, CONTEXT, 1 << 30)).hasSize(1);
      float[][] expected = logits(model, 1 << 30, pass);
      assertThat(logits(model, ofTwoLayers, pass)).isEqualTo(expected);
      assertThat(logits(model, ofTwoLayers, skipped)).isEqualTo(logits(model, 1 << 30, skipped));
    }
  }

  @Test
  void stacksOfLayersDraftTheSame() {
    Path file = write(MICRO);
    Path trained = RandomAdapter.of(3).write(file, folder.resolve("micro.s3d.safetensors"));
    try (Model model = Model.open(file);
        DraftAdapter adapter = DraftAdapter.open(trained)) {
      Optional<AdapterWeights> weights = Optional.of(adapter.bind(model));
      int[] tokens = {7, Pass.mask(1), Pass.mask(2)};
      Pass pass = new Pass(tokens, 0, weights.get().path(), new int[] {0, 2}, true);
      long ofTwoLayers = 2L * 256 * 64 * 2 + Float.BYTES;
      assertThat(logits(model, weights, ofTwoLayers, pass))
          .isEqualTo(logits(model, weights, 1 << 30, pass));
    }
  }

  private static float[][] logits(Model model, long largestArray, Pass pass) {
    return logits(model, NO_ADAPTER, largestArray, pass);
  }

  private static float[][] logits(
      Model model, Optional<AdapterWeights> adapter, long largestArray, Pass pass) {
    try (LoadedModel loaded =
            TornadoBackend.load(model, adapter, device(1 << 30, largestArray), CONTEXT);
        PassRunner runner = loaded.openRunner()) {
      Logits logits = runner.run(pass);
      float[][] rows = new float[logits.rows()][logits.vocabulary()];
      for (int i = 0; i < rows.length; i++) {
        logits.read(i, rows[i]);
      }
      return rows;
    }
  }

  @Test
  void anArrayLargerThanTheDevicesLargestIsRefused() {
    try (Model model = Model.open(write(MICRO))) {
      long embedding = 288L * 64 * 2;
      assertThatThrownBy(
              () -> TornadoBackend.load(model, NO_ADAPTER, device(1 << 30, 30_000), CONTEXT))
          .isInstanceOfSatisfying(
              InsufficientMemoryException.class,
              e -> {
                assertThat(e.askedBytes()).isEqualTo(embedding + Float.BYTES);
                assertThat(e.freeBytes()).isEqualTo(30_000);
                assertThat(e).hasMessageContaining("embedding");
              });
    }
  }

  @Test
  void aModelThatDoesNotFitIsRefused() {
    try (Model model = Model.open(write(MICRO))) {
      long total = new TornadoBackend().plan(model, 1, CONTEXT).total();
      assertThatThrownBy(
              () -> TornadoBackend.load(model, NO_ADAPTER, device(total - 1, 1 << 30), CONTEXT))
          .isInstanceOfSatisfying(
              InsufficientMemoryException.class,
              e -> {
                assertThat(e.askedBytes()).isEqualTo(total);
                assertThat(e.freeBytes()).isEqualTo(total - 1);
                assertThat(e).hasMessageContaining("--context");
              });
    }
  }

  /** Each open session has weights and a cache of its own. */
  @Test
  void anotherSessionThatDoesNotFitIsRefused() {
    try (Model model = Model.open(write(MICRO))) {
      long total = new TornadoBackend().plan(model, 1, CONTEXT).total();
      try (LoadedModel loaded =
              TornadoBackend.load(model, NO_ADAPTER, device(2 * total - 1, 1 << 30), CONTEXT);
          PassRunner _ = loaded.openRunner()) {
        assertThatThrownBy(loaded::openRunner)
            .isInstanceOfSatisfying(
                InsufficientMemoryException.class,
                e -> {
                  assertThat(e.askedBytes()).isEqualTo(total);
                  assertThat(e.freeBytes()).isEqualTo(total - 1);
                  assertThat(e)
                      .hasMessageContaining("close a session")
                      .hasMessageContaining("--context")
                      .hasMessageContaining("%,d for one array", 1 << 30);
                });
      }
    }
  }

  @Test
  void aDeviceThatFailsInAPassIsNamed() {
    FailingDevice failing = new FailingDevice();
    try (Model model = Model.open(write(MICRO))) {
      dev.skipstone.tornado.host.Engine.with(
          failing,
          () -> {
            try (LoadedModel loaded =
                    TornadoBackend.load(model, NO_ADAPTER, device(1 << 30, 1 << 30), CONTEXT);
                PassRunner runner = loaded.openRunner()) {
              failing.fails = true;
              Pass pass = new Pass(new int[] {1}, 0, LayerPath.full(4), new int[] {0});
              assertThatThrownBy(() -> runner.run(pass))
                  .isInstanceOf(DeviceException.class)
                  .hasMessageContaining(TornadoDeviceInfo.all().getFirst().name())
                  .hasMessageContaining("the cable is out");
              assertThat(runner.cache().length()).isZero();
            }
            return null;
          });
    }
  }

  /** Runs nothing, and fails when it is told to. */
  private static final class FailingDevice implements dev.skipstone.tornado.host.Engine {
    private boolean fails;

    @Override
    public Instrumentation instrumentation() {
      return Instrumentation.NONE;
    }

    @Override
    public void launch(String task, CompiledKernel kernel, Object[] arguments, NdRange range) {
      if (fails) {
        throw new TornadoRuntimeException("the cable is out");
      }
    }
  }

  @Test
  void aHeadThatIsTooWideIsAnErrorOfTheFile() {
    Path file = write(MICRO.withHeads(1, 1, 258));
    assertThatThrownBy(() -> HostEngine.load(file, Kernels.BY_ITEM))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("258");
  }

  @Test
  void withoutAnSdkThereIsNoDeviceThatWorks() {
    assertThat(new TornadoBackend().devices())
        .hasSize(1)
        .allSatisfy(device -> {
          assertThat(device.problem()).contains("setup-tornado.sh");
          assertThat(device.features()).contains("cpu", "half", "matrix-fragments");
        });
    EngineOptions options = EngineOptions.defaults().withBackend("tornado", 0);
    Path file = write(MICRO);
    assertThatThrownBy(() -> Engine.load(file, options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("setup-tornado.sh");
  }

  @Test
  void aDeviceThatIsNotThereIsRefused() {
    EngineOptions options = EngineOptions.defaults().withBackend("tornado", 3);
    Path file = write(MICRO);
    assertThatThrownBy(() -> HostEngine.with(Kernels.BY_ITEM, () -> Engine.load(file, options)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no device 3");
  }

  private Path write(MicroModel micro) {
    return micro.write(folder.resolve("micro.gguf"));
  }

  /** The JVM, with other limits. */
  private static TornadoDeviceInfo device(long memory, long largestArray) {
    TornadoDeviceInfo host = TornadoDeviceInfo.all().getFirst();
    TornadoDevice limited =
        (TornadoDevice)
            Proxy.newProxyInstance(
                BackendMemoryTest.class.getClassLoader(),
                new Class<?>[] {TornadoDevice.class},
                (_, method, arguments) ->
                    switch (method.getName()) {
                      case "getMaxGlobalMemory" -> memory;
                      case "getMaxAllocMemory" -> largestArray;
                      default -> method.invoke(host.device(), arguments);
                    });
    return new TornadoDeviceInfo(0, host.driver(), limited);
  }
}
