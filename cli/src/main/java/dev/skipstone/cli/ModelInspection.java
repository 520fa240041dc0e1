package dev.skipstone.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.skipstone.model.Architecture;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.tokenizer.MissingTokenizer;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.pass.Backend;
import dev.skipstone.runtime.pass.Device;
import dev.skipstone.runtime.pass.MemoryPlan;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is to be told of a model that is known.
 *
 * @param name its own
 * @param textProblem why it takes token ids only; null where it takes text
 * @param context positions of the session that memory is told for
 * @param backends all of them, the one that was asked for first
 */
record ModelInspection(
    String name,
    Architecture architecture,
    HyperParameters sizes,
    String textProblem,
    int context,
    List<Fit> backends) {
  /**
   * How a model goes with a backend.
   *
   * @param memory that it takes there; null where it can't be executed
   * @param problem why it does not run there; null where it does, as far as is known without
   *     starting the device
   */
  record Fit(String backend, MemoryPlan memory, String problem) {}

  /**
   * Finds out what a model takes, without loading it.
   *
   * @param options whose device is looked at too
   */
  static ModelInspection of(Model model, EngineOptions options) {
    List<Fit> fits = new ArrayList<>();
    for (Backend backend : Backend.all()) {
      boolean wanted = backend.name().equals(options.backend());
      fits.add(wanted ? 0 : fits.size(), fit(model, backend, options, wanted));
    }
    HyperParameters sizes = model.hyperParameters();
    return new ModelInspection(
        model.name(),
        model.architecture(),
        sizes,
        model.tokenizer() instanceof MissingTokenizer missing
            ? missing.problem().getMessage()
            : null,
        options.context() > 0
            ? options.context()
            : Math.min(sizes.context(), EngineOptions.DEFAULT_CONTEXT),
        List.copyOf(fits));
  }

  private static Fit fit(Model model, Backend backend, EngineOptions options, boolean wanted) {
    int index = wanted ? options.deviceIndex() : 0;
    try {
      MemoryPlan plan = Engine.plan(model, options.withBackend(backend.name(), index));
      return new Fit(
          backend.name(), plan, wanted ? deviceProblem(backend, index, plan.total()) : null);
    } catch (ModelFileException e) {
      return new Fit(backend.name(), null, e.getMessage());
    }
  }

  private static String deviceProblem(Backend backend, int index, long needed) {
    List<Device> devices = backend.devices();
    if (index >= devices.size()) {
      return "there is no device " + index;
    }
    Device device = devices.get(index);
    if (!device.works()) {
      return device.problem();
    }
    return device.memory() > 0 && needed > device.memory()
        ? "needs %s, and %s has %s: a smaller --context or --quantize takes less"
            .formatted(Figures.bytes(needed), device.name(), Figures.bytes(device.memory()))
        : null;
  }

  /** Why the model does not run where it was asked for; null where it does. */
  String problem() {
    return backends.getFirst().problem();
  }

  void writeTo(JsonGenerator json) throws IOException {
    json.writeStringField("name", name);
    writeArchitecture(json);
    if (textProblem != null) {
      json.writeStringField("text_problem", textProblem);
    }
    json.writeNumberField("context", context);
    json.writeArrayFieldStart("backends");
    for (Fit fit : backends) {
      json.writeStartObject();
      json.writeStringField("backend", fit.backend());
      json.writeFieldName("memory");
      write(json, fit.memory());
      json.writeStringField("problem", fit.problem());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** What the model takes where it was asked for. */
  void writeMemory(JsonGenerator json) throws IOException {
    json.writeFieldName("memory");
    write(json, backends.getFirst().memory());
  }

  private static void write(JsonGenerator json, MemoryPlan memory) throws IOException {
    if (memory == null) {
      json.writeNull();
      return;
    }
    json.writeStartObject();
    Answer.writeFields(json, memory);
    json.writeNumberField("total", memory.total());
    json.writeEndObject();
  }

  private void writeArchitecture(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("architecture");
    json.writeStringField("name", architecture.name());
    json.writeStringField("rope", architecture.rope().name().toLowerCase(Locale.ROOT));
    json.writeNumberField("layers", sizes.layers());
    json.writeNumberField("width", sizes.width());
    json.writeNumberField("hidden", sizes.hidden());
    json.writeNumberField("heads", sizes.heads());
    json.writeNumberField("key_value_heads", sizes.keyValueHeads());
    json.writeNumberField("head_size", sizes.headSize());
    json.writeNumberField("vocabulary", sizes.vocabulary());
    json.writeNumberField("context", sizes.context());
    json.writeNumberField("norm_epsilon", sizes.normEpsilon());
    json.writeNumberField("rope_base", sizes.ropeBase());
    json.writeNumberField("rope_dimensions", sizes.ropeDimensions());
    json.writeEndObject();
  }

  void print(Writer out) throws IOException {
    Inspection.line(out, "model", Inspection.shown(name) + " (" + architecture.name() + ")");
    Inspection.line(
        out,
        "sizes",
        "%d layers, width %d, hidden %d, %d heads of %d (%d for keys and values), vocabulary %d, context %d"
            .formatted(
                sizes.layers(),
                sizes.width(),
                sizes.hidden(),
                sizes.heads(),
                sizes.headSize(),
                sizes.keyValueHeads(),
                sizes.vocabulary(),
                sizes.context()));
    if (textProblem != null) {
      Inspection.line(out, "text", "token ids only: " + textProblem);
    }
    for (Fit fit : backends) {
      print(out, fit);
    }
  }

  private void print(Writer out, Fit fit) throws IOException {
    if (fit.problem() != null) {
      Inspection.line(out, fit.backend(), "does not run here: " + fit.problem());
    }
    MemoryPlan memory = fit.memory();
    if (memory != null) {
      Inspection.line(
          out,
          fit.backend(),
          "with %d positions: weights %s + KV cache %s + scratch %s = %s"
              .formatted(
                  context,
                  Figures.bytes(memory.weights()),
                  Figures.bytes(memory.kvCache()),
                  Figures.bytes(memory.scratch()),
                  Figures.bytes(memory.total())));
    }
  }
}
