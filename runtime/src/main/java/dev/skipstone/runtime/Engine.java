package dev.skipstone.runtime;

import dev.skipstone.model.Model;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.chat.ChatMessage;
import dev.skipstone.model.chat.ChatTemplate;
import dev.skipstone.runtime.draft.DraftModel;
import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.Backend;
import dev.skipstone.runtime.pass.BatchRunner;
import dev.skipstone.runtime.pass.Device;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.LoadedModel;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.MemoryPlan;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A model loaded on a device. Thread-safe: any number of sessions can be open at once; their passes
 * take turns on the device. Close sessions before the engine, those that it drafts for included.
 */
public final class Engine implements DraftModel, AutoCloseable {
  private final Model model;
  private final Device device;
  private final EngineOptions options;
  private final MemoryPlan memory;
  private final LoadedModel loaded;
  private final Loading loading;
  private final Controllers controllers = new Controllers();

  private Engine(
      Model model,
      Device device,
      EngineOptions options,
      MemoryPlan memory,
      LoadedModel loaded,
      double loadSeconds) {
    this.model = model;
    this.device = device;
    this.options = options;
    this.memory = memory;
    this.loaded = loaded;
    long fileBytes =
        model.tensors().stream()
            .mapToLong(Tensor::byteSize)
            .filter(bytes -> bytes != Tensor.UNKNOWN_SIZE)
            .sum();
    loading = new Loading(fileBytes, memory.weights(), loadSeconds, loaded.conversions());
  }

  /**
   * Loads a model with {@link EngineOptions#defaults()}.
   *
   * @param file as in {@link #load(Path, EngineOptions)}
   */
  public static Engine load(Path file) {
    return load(file, EngineOptions.defaults());
  }

  /**
   * Opens a model file and brings its weights to the device, where they take {@link
   * MemoryPlan#weights} bytes; this reads the whole file.
   *
   * @param file a GGUF file
   * @throws dev.skipstone.model.ModelFileException if the file can't be used
   * @throws dev.skipstone.runtime.pass.InsufficientMemoryException if weights and one session don't
   *     fit in memory
   * @throws IllegalArgumentException if there is no such backend or device, or the context is
   *     longer than the model's own
   */
  public static Engine load(Path file, EngineOptions options) {
    Backend backend = backend(options.backend());
    Device device = device(backend, options.deviceIndex());
    return load(Model.open(file), backend, device, options);
  }

  /**
   * Brings an open model's weights to the device.
   *
   * @param model closed with the engine, or if this fails
   * @throws dev.skipstone.model.ModelFileException if the file or the adapter can't be used
   * @throws dev.skipstone.runtime.pass.InsufficientMemoryException as in {@link #load(Path,
   *     EngineOptions)}
   * @throws IllegalArgumentException as in {@link #load(Path, EngineOptions)}
   */
  public static Engine load(Model model, EngineOptions options) {
    try {
      Backend backend = backend(options.backend());
      return load(model, backend, device(backend, options.deviceIndex()), options);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private static Engine load(Model model, Backend backend, Device device, EngineOptions options) {
    LoadedModel loaded = null;
    try {
      int context = context(model, options);
      Optional<AdapterWeights> adapter = options.adapter().map(trained -> trained.bind(model));
      MemoryPlan plan = plan(model, backend, adapter, options.threads(), context);
      long start = System.nanoTime();
      int index = options.deviceIndex();
      loaded =
          adapter.isPresent()
              ? backend.load(model, adapter.get(), index, options.threads(), context)
              : backend.load(model, index, options.threads(), context);
      double seconds = (System.nanoTime() - start) * 1e-9;
      return new Engine(model, device, options.withContext(context), plan, loaded, seconds);
    } catch (RuntimeException | Error e) {
      if (loaded != null) {
        loaded.close();
      }
      model.close();
      throw e;
    }
  }

  /**
   * What a model would take, without loading it.
   *
   * @throws dev.skipstone.model.ModelFileException if the backend can't execute the model, or the
   *     adapter is for another
   * @throws IllegalArgumentException as in {@link #load(Model, EngineOptions)}
   */
  public static MemoryPlan plan(Model model, EngineOptions options) {
    return plan(
        model,
        backend(options.backend()),
        options.adapter().map(trained -> trained.bind(model)),
        options.threads(),
        context(model, options));
  }

  private static MemoryPlan plan(
      Model model, Backend backend, Optional<AdapterWeights> adapter, int threads, int context) {
    return adapter.isPresent()
        ? backend.plan(model, adapter.get(), threads, context)
        : backend.plan(model, threads, context);
  }

  private static Backend backend(String name) {
    List<Backend> all = Backend.all();
    return all.stream()
        .filter(backend -> backend.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no backend '%s', only %s"
                    .formatted(
                        name, all.stream().map(Backend::name).collect(Collectors.joining(", ")))));
  }

  private static Device device(Backend backend, int index) {
    List<Device> devices = backend.devices();
    if (index >= devices.size()) {
      throw new IllegalArgumentException(
          "backend %s has no device %d, only 0 to %d"
              .formatted(backend.name(), index, devices.size() - 1));
    }
    Device device = devices.get(index);
    if (!device.works()) {
      throw new IllegalArgumentException(
          "device %d of backend %s does not work here: %s"
              .formatted(index, backend.name(), device.problem()));
    }
    return device;
  }

  private static int context(Model model, EngineOptions options) {
    int most = model.hyperParameters().context();
    if (options.context() > most) {
      throw new IllegalArgumentException(
          "a context of %d positions is longer than the model's %d (--context)"
              .formatted(options.context(), most));
    }
    return options.context() > 0
        ? options.context()
        : Math.min(most, EngineOptions.DEFAULT_CONTEXT);
  }

  @Override
  public Model model() {
    return model;
  }

  public Device device() {
    return device;
  }

  /** The options in force, the context's default filled in. */
  public EngineOptions options() {
    return options;
  }

  /** Positions of a session's KV cache. */
  public int context() {
    return options.context();
  }

  /** What the weights and one session take, in bytes. */
  public MemoryPlan memory() {
    return memory;
  }

  /** What bringing the weights to the device took. */
  public Loading loading() {
    return loading;
  }

  /**
   * What the backend has found to be quickest here, by measuring while it worked; for people, a
   * line for each kind of thing.
   */
  public List<String> choices() {
    return loaded.choices();
  }

  /**
   * Opens a session with an empty KV cache of {@link #context} positions.
   *
   * @throws dev.skipstone.runtime.pass.InsufficientMemoryException if its KV cache does not fit
   * @throws IllegalStateException if the engine is closed
   */
  public Session openSession() {
    return new Session(this, loaded.openRunner());
  }

  /**
   * Opens a runner of single passes, for benchmarks and research; it has a KV cache of its own and
   * is to be closed before the engine.
   *
   * @throws dev.skipstone.runtime.pass.InsufficientMemoryException if its KV cache does not fit
   * @throws IllegalStateException if the engine is closed
   */
  @Override
  public PassRunner openRunner() {
    return loaded.openRunner();
  }

  /**
   * Opens a runner of passes of several sequences, for answers to many prompts at once; to be
   * closed before the engine. Empty where the backend runs one sequence at a time.
   *
   * @param sequences each with a KV cache of {@link #context} positions
   * @throws dev.skipstone.runtime.pass.InsufficientMemoryException if the caches do not fit
   * @throws IllegalArgumentException if there are none, or more than share a pass (16 on the CPU)
   * @throws IllegalStateException if the engine is closed
   */
  public Optional<BatchRunner> openBatch(int sequences) {
    return loaded.openBatch(sequences);
  }

  /**
   * A plain text as a prompt: its token ids, behind the begin token where the model wants one.
   * Names of special tokens in the text become those tokens.
   */
  public int[] encodeText(String text) {
    int[] tokens = model.tokenizer().encode(text, true);
    if (model.tokenizer().beginToken().isEmpty()) {
      return tokens;
    }
    int[] behind = new int[tokens.length + 1];
    behind[0] = model.tokenizer().beginToken().getAsInt();
    System.arraycopy(tokens, 0, behind, 1, tokens.length);
    return behind;
  }

  /**
   * A conversation as a prompt, through the model's chat template: token ids up to where the
   * assistant's next message begins.
   *
   * @param messages in their order, the oldest first
   * @throws IllegalArgumentException if the model has no chat template
   * @throws dev.skipstone.model.ModelFileException if the template fails on these messages
   */
  public int[] encodeChat(List<ChatMessage> messages) {
    ChatTemplate template =
        model
            .chatTemplate()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    model.file() + " has no chat template: give the prompt as it is (--raw)"));
    return model.tokenizer().encode(template.render(messages, true), true);
  }

  /**
   * Logits of a whole sequence, computed in chunks in a KV cache of its own.
   *
   * @param tokens ids in the vocabulary
   * @param path the sublayers to run
   * @param rows 0-based positions whose logits are wanted
   * @return [rows.length][vocabulary] logits
   * @throws IllegalArgumentException for a token, a row or a length out of range, or a path of
   *     another number of layers
   * @throws dev.skipstone.runtime.pass.InsufficientMemoryException if the KV cache does not fit
   */
  public float[][] logits(int[] tokens, LayerPath path, int... rows) {
    checkTokens(tokens);
    if (tokens.length == 0 || tokens.length > context()) {
      throw new IllegalArgumentException(
          "%d tokens, not 1 to the context's %d (--context)".formatted(tokens.length, context()));
    }
    for (int row : rows) {
      if (row < 0 || row >= tokens.length) {
        throw new IllegalArgumentException(
            "row %d is not in 0 to %d".formatted(row, tokens.length - 1));
      }
    }
    float[][] result = new float[rows.length][model.hyperParameters().vocabulary()];
    try (PassRunner runner = openRunner()) {
      runner.expect(tokens.length);
      int chunk = Math.min(runner.maxRows(), runner.maxLogitRows());
      for (int start = 0; start < tokens.length; start += chunk) {
        int from = start;
        int[] part = Arrays.copyOfRange(tokens, start, Math.min(tokens.length, start + chunk));
        int[] wanted =
            Arrays.stream(rows)
                .map(row -> row - from)
                .filter(row -> row >= 0 && row < part.length)
                .distinct()
                .sorted()
                .toArray();
        Logits logits = runner.run(new Pass(part, start, path, wanted));
        for (int i = 0; i < rows.length; i++) {
          int index = Arrays.binarySearch(wanted, rows[i] - from);
          if (index >= 0) {
            logits.read(index, result[i]);
          }
        }
      }
    }
    return result;
  }

  Controllers controllers() {
    return controllers;
  }

  void checkTokens(int[] tokens) {
    int vocabulary = model.hyperParameters().vocabulary();
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] < 0 || tokens[i] >= vocabulary) {
        throw new IllegalArgumentException(
            "token %d (at place %d) is not in 0 to %d".formatted(tokens[i], i, vocabulary - 1));
      }
    }
  }

  @Override
  public void close() {
    loaded.close();
    model.close();
  }
}
