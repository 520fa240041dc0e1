package dev.skipstone.cli;

import dev.skipstone.model.Model;
import dev.skipstone.model.hub.HubCache;
import dev.skipstone.model.hub.HubReference;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.adapter.DraftAdapter;
import dev.skipstone.runtime.pass.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model, and where it runs. */
final class ModelOptions {
  private static final Pattern BACKEND = Pattern.compile("([a-z][a-z0-9-]*)(?::(\\d{1,4}))?");

  @Option(
      names = "--model",
      paramLabel = "FILE|DIR",
      description =
          "Model: a GGUF file, a folder with Hugging Face's config.json and model.safetensors, or"
              + " owner/name[:FILE] as it was pulled from the hub (default: the model in the"
              + " project's models/).")
  private String model;

  @Mixin private QuantizeOption quantize;

  @Option(
      names = "--backend",
      paramLabel = "NAME[:INDEX]",
      defaultValue = "cpu",
      description = "Backend and device, as 'skipstone devices' lists them (default: cpu).")
  private String backend;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Worker threads of the CPU backend (default: one a processor).")
  private Integer threads;

  @Option(
      names = "--context",
      paramLabel = "N",
      description =
          "Positions of the KV cache (default: the model's own context, at most "
              + EngineOptions.DEFAULT_CONTEXT
              + ").")
  private Integer context;

  /** For commands whose model is also read by programs that know of no such option. */
  void refuseQuantize() {
    if (quantize.matrices().isPresent()) {
      throw new UsageException(
          "--quantize: other engines read the file as it is; 'skipstone convert' writes another");
    }
  }

  /** Opens the model, its matrices in the type that is asked for. */
  Model open() {
    return quantize.apply(Model.open(file()));
  }

  /** The options that need no file, checked. */
  EngineOptions engine() {
    quantize.matrices();
    Matcher matcher = BACKEND.matcher(backend);
    if (!matcher.matches()) {
      throw new UsageException("--backend takes NAME or NAME:INDEX, not '" + backend + "'");
    }
    EngineOptions options = EngineOptions.defaults();
    int index = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
    options = options.withBackend(matcher.group(1), index);
    if (threads != null) {
      Checks.within("--threads", threads, 1, 1024);
      options = options.withThreads(threads);
    }
    if (context != null) {
      Checks.atLeast("--context", context, 1);
      options = options.withContext(context);
    }
    return options;
  }

  Path file() {
    return file(model);
  }

  /**
   * The model's file.
   *
   * @param model as given; null for the one in {@code models/}
   */
  static Path file(String model) {
    return model == null ? defaultModel() : file("--model", model);
  }

  /**
   * A model's file.
   *
   * @param option that it was given with
   */
  static Path file(String option, String model) {
    Path file = path(option, model);
    if (!Files.exists(file)) {
      return pulled(model, usualCache())
          .orElseThrow(() ->
              new FailedException(
                  "%s: no such file; %s takes a GGUF file or a Hugging Face folder"
                      .formatted(file, option)));
    }
    return file;
  }

  private static HubCache usualCache() {
    return HubCache.usual(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /**
   * What was pulled from the hub.
   *
   * @param name such as {@code owner/name} or {@code owner/name:file}; empty for any other form
   * @throws FailedException if it was never pulled
   */
  static Optional<Path> pulled(String name, HubCache cache) {
    Optional<HubReference> reference = HubReference.parse(name);
    if (reference.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          cache
              .find(reference.get())
              .orElseThrow(() ->
                  new FailedException(
                      "%s: no such file, and not in the hub's cache; 'skipstone pull %s' fetches it"
                          .formatted(name, name))));
    } catch (IOException e) {
      throw new FailedException(name + ": the hub's cache can't be read: " + e.getMessage(), e);
    }
  }

  Engine load() {
    EngineOptions options = checkedEngine();
    return Engine.load(open(), options);
  }

  /** Loads the model with a draft adapter, and says what that takes. */
  Engine load(AdapterOption option, Streams streams) {
    EngineOptions options = checkedEngine();
    Model model = open();
    DraftAdapter adapter;
    try {
      adapter = option.open(model);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
    try (adapter) {
      Engine engine = Engine.load(model, options.withAdapter(adapter));
      streams
          .err()
          .println(
              "draft adapter %s: %s"
                  .formatted(
                      adapter.file().getFileName(), Figures.bytes(engine.memory().adapter())));
      return engine;
    }
  }

  private EngineOptions checkedEngine() {
    EngineOptions options = engine();
    List<String> names = Backend.all().stream().map(Backend::name).toList();
    if (!names.contains(options.backend())) {
      throw new UsageException(
          "--backend %s is not in this build; here: %s"
              .formatted(options.backend(), String.join(", ", names)));
    }
    return options;
  }

  static Path path(String option, String name) {
    if (name.isEmpty()) {
      throw new UsageException(option + " is empty");
    }
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new UsageException(option + ": not a file's name: " + e.getReason());
    }
  }

  private static Path defaultModel() {
    String home = System.getProperty("skipstone.home");
    if (home == null) {
      throw new UsageException("--model is missing, and the project's folder is not known");
    }
    Path folder = Path.of(home, "models");
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".gguf"))
          .sorted()
          .findFirst()
          .orElseThrow(() -> new FailedException(folder + ": no model here; give --model FILE"));
    } catch (IOException e) {
      throw new FailedException(folder + ": no default model here; give --model FILE", e);
    }
  }
}
