package dev.skipstone.tornado.host.sanitizer;

import dev.skipstone.tornado.host.ApiAccess;
import dev.skipstone.tornado.host.CompiledKernel;
import dev.skipstone.tornado.host.Engine;
import dev.skipstone.tornado.host.Instrumentation;
import dev.skipstone.tornado.host.NdRange;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** Runs kernels under the sanitizer and follows the copies of arrays between host and device. */
final class SanitizingEngine implements Engine, AutoCloseable {
  private static final Instrumentation INSTRUMENTATION = new AccessInstrumentation();

  private final Findings findings;
  private final Random order;
  private final IdentityHashMap<TornadoNativeArray, Replicas> hosts = new IdentityHashMap<>();
  private final IdentityHashMap<TornadoNativeArray, Replica> replicas = new IdentityHashMap<>();

  SanitizingEngine(SanitizerOptions options) {
    findings = new Findings(options.failAtFirst());
    order = options.seed() == 0 ? null : new Random(options.seed());
  }

  Report report() {
    return findings.report();
  }

  @Override
  public Instrumentation instrumentation() {
    return INSTRUMENTATION;
  }

  @Override
  public void launch(String task, CompiledKernel kernel, Object[] arguments, NdRange range) {
    WatchedLaunch launch = new WatchedLaunch(task, kernel, arguments, findings, order, replicas);
    if (range == null) {
      launch.runLoops();
    } else {
      launch.run(range);
    }
  }

  @Override
  public void allocated(TornadoNativeArray host, TornadoNativeArray device) {
    Replicas all = hosts.computeIfAbsent(host, this::observed);
    replicas.put(device, new Replica(all, device.getSize(), false));
  }

  private Replicas observed(TornadoNativeArray host) {
    Replicas all =
        new Replicas(
            "%s of %d elements".formatted(host.getClass().getSimpleName(), host.getSize()),
            host.getSize(),
            findings);
    replicas.put(host, all.host());
    ApiAccess.observe(host, all);
    return all;
  }

  @Override
  public void copied(TornadoNativeArray from, TornadoNativeArray to, int offset, int length) {
    replicas.get(to).copyFrom(replicas.get(from), offset, length);
  }

  @Override
  public void consumedWithoutPersisting(TornadoNativeArray host, String source, String graph) {
    findings.add(
        new Finding(
            FaultKind.NOT_PERSISTED,
            new Access(
                "consumes an array of graph " + source,
                Optional.of(graph),
                Optional.empty(),
                Optional.empty()),
            Optional.of(
                "%s of %d elements".formatted(host.getClass().getSimpleName(), host.getSize())),
            OptionalInt.empty(),
            Optional.empty(),
            "Graph %s has to name it in persistOnDevice.".formatted(source)));
  }

  /** Lets go of the host's arrays. */
  @Override
  public void close() {
    hosts.keySet().forEach(host -> ApiAccess.observe(host, null));
  }
}
