package dev.skipstone.tornado.testing;

import dev.skipstone.tornado.TornadoBackend;
import dev.skipstone.tornado.kernel.DeviceTraits;
import dev.skipstone.tornado.kernel.KernelRegistry;
import dev.skipstone.tornado.kernel.Operation;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** Checks every kernel on every device of the TornadoVM that is on the module or class path. */
public final class DeviceChecks {
  private static final long SEED = 1;
  private static final int FEW_RUNS = 4;

  /** How a check ended: the words at the start of its line. */
  enum Outcome {
    OK,
    WRONG,
    NOT_BUILT
  }

  private final TornadoDevice device;
  private final int runs;
  private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);

  private DeviceChecks(TornadoDevice device, int runs) {
    this.device = device;
    this.runs = runs;
  }

  /**
   * Prints a line for each check, and exits with 1 where a result was wrong.
   *
   * @param args how many random arguments to check each kernel with
   */
  public static void main(String[] args) {
    // The backend says how TornadoVM is to compile.
    new TornadoBackend();
    int runs = Integer.parseInt(args[0]);
    TornadoRuntime runtime = TornadoRuntimeProvider.getTornadoRuntime();
    int wrong = 0;
    for (int i = 0; i < runtime.getNumBackends(); i++) {
      var backend = runtime.getBackend(i);
      for (int k = 0; k < backend.getNumDevices(); k++) {
        TornadoDevice device = backend.getDevice(k);
        System.out.printf(
            "device %s, %s%n", backend.getName(), device.getPhysicalDevice().getDeviceName());
        wrong += new DeviceChecks(device, runs).run();
      }
    }
    System.exit(wrong > 0 ? 1 : 0);
  }

  private int run() {
    DeviceTraits own = DeviceTraits.of(device);
    VariantChecks checks = new VariantChecks(device);
    Choice.all()
        .forEach(choice ->
            report(
                choice.variant().name(),
                () -> {
                  if (!choice.variant().runsOn().test(own)) {
                    throw new UnsupportedOperationException("the device lacks what it needs");
                  }
                  return choice.check(checks, CaseSizes.USUAL, SEED, runs);
                }));
    for (boolean groupsShareWork : new boolean[] {true, false}) {
      BatchInvariance invariance =
          new BatchInvariance(
              device, new DeviceTraits(groupsShareWork, 1024, own.half(), own.matrixFragments()));
      for (Operation<?> operation : KernelRegistry.operations()) {
        report(
            "same bits in every pass: %s%s"
                .formatted(operation.name(), groupsShareWork ? ", where groups share work" : ""),
            () -> invariance.check(operation, CaseSizes.USUAL, SEED, Math.min(runs, FEW_RUNS)));
      }
    }
    for (Outcome outcome : Outcome.values()) {
      System.out.printf("%s: %d%n", outcome, counts.getOrDefault(outcome, 0));
    }
    return counts.getOrDefault(Outcome.WRONG, 0);
  }

  private void report(String name, Supplier<Optional<String>> check) {
    long start = System.nanoTime();
    Outcome outcome;
    String detail;
    try {
      Optional<String> difference = check.get();
      outcome = difference.isEmpty() ? Outcome.OK : Outcome.WRONG;
      detail = difference.map(text -> ": " + text).orElse("");
    } catch (RuntimeException | Error e) {
      outcome = Outcome.NOT_BUILT;
      detail = ": " + reason(e);
    }
    counts.merge(outcome, 1, Integer::sum);
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("%s %s (%.1f s)%s%n", outcome, name, seconds, detail);
  }

  private static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause).lines().findFirst().orElse("");
  }
}
