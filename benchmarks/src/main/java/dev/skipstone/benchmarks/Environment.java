package dev.skipstone.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skipstone.runtime.Loading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Properties;

/**
 * What a figure depends on, and is to be shown beside it.
 *
 * @param jdk the JDK's name and version
 * @param jvmFlags the virtual machine's flags that can change a figure
 * @param os name, version and architecture of the operating system
 * @param cpu the processor's name, or the architecture's where it isn't known
 * @param processors processors that the JVM may use
 * @param threads worker threads of the engine
 * @param vectorBits width of the Vector API's preferred vectors; 0 where its module is not there
 * @param model the model's name, file size and hash
 * @param date when the measurement began, in UTC
 * @param version Skipstone's version
 * @param settings the benchmark's own, by name
 * @param loading what bringing the weights to the device took; empty where not known
 * @param choices what the backend has found to be quickest here by measuring, a line each
 * @param otherLoad processors that other programs kept busy meanwhile; empty where not known
 */
public record Environment(
    String jdk,
    List<String> jvmFlags,
    String os,
    String cpu,
    int processors,
    int threads,
    int vectorBits,
    ModelFile model,
    Instant date,
    String version,
    Map<String, String> settings,
    Optional<Loading> loading,
    List<String> choices,
    OptionalDouble otherLoad) {
  public Environment {
    choices = List.copyOf(choices);
    jvmFlags = List.copyOf(jvmFlags);
    Objects.requireNonNull(model, "model");
    // Map.copyOf would lose the order in which settings are shown.
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /**
   * This process, now.
   *
   * @param model what is measured
   * @param threads worker threads of the engine
   * @param settings the benchmark's settings by name, in the order to show them
   */
  public static Environment capture(ModelFile model, int threads, Map<String, String> settings) {
    return new Environment(
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        flags(ManagementFactory.getRuntimeMXBean().getInputArguments()),
        String.join(
            " ",
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch")),
        Hardware.cpuName(),
        Runtime.getRuntime().availableProcessors(),
        threads,
        Hardware.vectorBits(),
        model,
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        skipstoneVersion(),
        settings,
        Optional.empty(),
        List.of(),
        OptionalDouble.empty());
  }

  /**
   * The same with what is known when the benchmark has ended.
   *
   * @param weights what loading them took
   * @param found the backend's choices
   * @param processorsBusy with other programs; empty where not known
   */
  public Environment after(Loading weights, List<String> found, OptionalDouble processorsBusy) {
    return new Environment(
        jdk,
        jvmFlags,
        os,
        cpu,
        processors,
        threads,
        vectorBits,
        model,
        date,
        version,
        settings,
        Optional.of(weights),
        found,
        processorsBusy);
  }

  /** Leaves out system properties, agents and class paths: they name places of a machine. */
  static List<String> flags(List<String> arguments) {
    return arguments.stream()
        .filter(flag -> flag.startsWith("-X") || flag.startsWith("--add-modules"))
        .filter(flag -> !flag.contains("/") && !flag.contains("\\"))
        .toList();
  }

  private static String skipstoneVersion() {
    Properties properties = new Properties();
    try (var stream = Environment.class.getResourceAsStream("version.properties")) {
      if (stream == null) {
        throw new IllegalStateException(
            "version.properties is missing from the benchmarks' jar: build it with Maven");
      }
      properties.load(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  ObjectNode toJson(ObjectMapper json) {
    ObjectNode node = json.createObjectNode();
    node.put("version", version);
    node.put("date", date.toString());
    node.put("jdk", jdk);
    var flags = node.putArray("jvm_flags");
    jvmFlags.forEach(flags::add);
    node.put("os", os);
    node.put("cpu", cpu);
    node.put("processors", processors);
    node.put("threads", threads);
    node.put("vector_bits", vectorBits);
    ObjectNode file = node.putObject("model");
    file.put("name", model.name());
    file.put("bytes", model.bytes());
    file.put("sha256", model.sha256());
    var values = node.putObject("settings");
    settings.forEach(values::put);
    loading.ifPresent(weights -> {
      ObjectNode taken = node.putObject("weights");
      taken.put("file_bytes", weights.fileBytes());
      taken.put("device_bytes", weights.deviceBytes());
      taken.put("load_seconds", weights.seconds());
    });
    var found = node.putArray("choices");
    choices.forEach(found::add);
    otherLoad.ifPresent(load -> node.put("other_load", load));
    return node;
  }
}
