package dev.skipstone.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.model.Tensor;
import dev.skipstone.runtime.adapter.DraftAdapter;
import java.io.IOException;
import java.io.Writer;
import java.util.Map;

/**
 * What is to be told of a draft adapter.
 *
 * @param adapter open
 */
record AdapterInspection(DraftAdapter adapter) {
  private static final String TRAINING = "training";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  void writeTo(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("file", adapter.file().toString());
    json.writeNumberField("file_bytes", adapter.fileBytes());
    json.writeStringField("format", "safetensors");
    json.writeNumberField("draft_tokens", adapter.draftTokens());
    json.writeObjectFieldStart("metadata");
    for (Map.Entry<String, String> entry : adapter.metadata().entrySet()) {
      json.writeFieldName(entry.getKey());
      if (entry.getKey().equals(TRAINING)) {
        MAPPER.writeTree(json, training(entry.getValue()));
      } else {
        json.writeString(entry.getValue());
      }
    }
    json.writeEndObject();
    json.writeArrayFieldStart("tensors");
    for (Tensor tensor : adapter.tensors()) {
      Inspection.write(json, tensor);
    }
    json.writeEndArray();
    json.writeObjectFieldStart("memory");
    json.writeNumberField("adapter", adapter.tensorBytes());
    json.writeEndObject();
    json.writeEndObject();
  }

  /** Figures as they are, or the text where it is no JSON. */
  private static JsonNode training(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      return MAPPER.getNodeFactory().textNode(text);
    }
  }

  void print(Writer out) throws IOException {
    Inspection.line(
        out,
        "file",
        "%s, %s, draft adapter".formatted(adapter.file(), Figures.bytes(adapter.fileBytes())));
    Inspection.line(
        out,
        "drafts",
        "up to %s a pass, for the model %s"
            .formatted(
                Figures.count(adapter.draftTokens(), "token"),
                Inspection.shown(adapter.modelName())));
    Inspection.line(
        out, "memory", Figures.bytes(adapter.tensorBytes()) + " besides the model's, and filling");
    out.write("\nmetadata\n");
    for (Map.Entry<String, String> entry : adapter.metadata().entrySet()) {
      // Figures of training are what one looks for: in full.
      String value =
          entry.getKey().equals(TRAINING)
              ? Inspection.printable(entry.getValue())
              : Inspection.shown(entry.getValue());
      out.write(Figures.format("  %-12s %s%n", Inspection.shown(entry.getKey()), value));
    }
    out.write("\ntensors\n");
    for (Tensor tensor : adapter.tensors()) {
      Inspection.print(out, tensor);
    }
  }
}
