package dev.skipstone.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.skipstone.runtime.FinishReason;
import dev.skipstone.runtime.SpeculationStats;
import dev.skipstone.runtime.pass.MemoryPlan;
import java.io.IOException;
import java.util.Locale;

/**
 * A finished answer, as it is reported.
 *
 * @param id of its request: a string or a number
 * @param tokens generated, the end token included
 * @param text without special tokens and the stop text
 * @param reason why it ended
 * @param stats its figures
 * @param memory what was planned
 * @param draftModel planned for a separate draft model; 0 without one
 * @param peak most bytes that were resident
 */
@SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
record Answer(
    Object id,
    int[] tokens,
    String text,
    FinishReason reason,
    SpeculationStats stats,
    MemoryPlan memory,
    long draftModel,
    long peak) {

  void writeTo(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeFieldName("id");
    JsonOutput.value(json, id);
    JsonOutput.ints(json, "tokens", tokens);
    json.writeStringField("text", text);
    json.writeStringField("finish_reason", reason.name().toLowerCase(Locale.ROOT));
    json.writeObjectFieldStart("stats");
    json.writeNumberField("prompt_tokens", stats.promptTokens());
    json.writeNumberField("prompt_seconds", stats.promptSeconds());
    json.writeNumberField("generated_tokens", stats.generatedTokens());
    json.writeNumberField("decode_seconds", stats.decodeSeconds());
    json.writeNumberField("tokens_per_second", stats.tokensPerSecond());
    json.writeNumberField("iterations", stats.iterations());
    json.writeNumberField("drafted_iterations", stats.draftedIterations());
    json.writeNumberField("drafted", stats.drafted());
    json.writeNumberField("accepted", stats.accepted());
    json.writeNumberField("tokens_per_iteration", stats.tokensPerIteration());
    json.writeNumberField("draft_seconds", stats.draftSeconds());
    json.writeNumberField("verify_seconds", stats.verifySeconds());
    json.writeNumberField("other_seconds", stats.otherSeconds());
    json.writeObjectFieldStart("memory");
    writeFields(json, memory);
    if (draftModel > 0) {
      json.writeNumberField("draft_model", draftModel);
    }
    json.writeNumberField("peak", peak);
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
  }

  /** The fields of a plan, inside an object that is open. */
  static void writeFields(JsonGenerator json, MemoryPlan memory) throws IOException {
    json.writeNumberField("weights", memory.weights());
    json.writeNumberField("kv_cache", memory.kvCache());
    json.writeNumberField("scratch", memory.scratch());
    json.writeNumberField("adapter", memory.adapter());
  }
}
