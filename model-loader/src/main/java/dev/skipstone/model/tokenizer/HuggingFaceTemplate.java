package dev.skipstone.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** Reads which tokens a {@code post_processor} puts around a text. */
final class HuggingFaceTemplate {
  private static final String FIELD = "post_processor";

  private HuggingFaceTemplate() {}

  /**
   * The token that is put before a text. Pairs of texts are of no interest here, nor is how
   * positions in the text are counted.
   *
   * @throws dev.skipstone.model.ModelFileException if more is put around a text than one token in
   *     front, or the kind of post-processor is not known
   */
  static Optional<String> beginToken(JsonFields fields, JsonNode step) {
    if (JsonFields.absent(step)) {
      return Optional.empty();
    }
    return switch (step.path("type").asText()) {
      case "ByteLevel" -> Optional.empty();
      case "TemplateProcessing" -> inTemplate(fields, step.path("single"));
      case "Sequence" -> {
        Optional<String> found = Optional.empty();
        for (JsonNode part : fields.array(FIELD + ".processors", step.path("processors"))) {
          Optional<String> token = beginToken(fields, part);
          if (token.isPresent() && found.isPresent()) {
            throw fields.problem(FIELD, "puts two tokens before a text, which is not supported");
          }
          found = found.isPresent() ? found : token;
        }
        yield found;
      }
      default ->
          throw fields.unsupported(
              FIELD + ".type", step.path("type"), "ByteLevel, TemplateProcessing, Sequence");
    };
  }

  private static Optional<String> inTemplate(JsonFields fields, JsonNode template) {
    String field = FIELD + ".single";
    Optional<String> found = Optional.empty();
    boolean behind = false;
    for (JsonNode part : fields.array(field, template)) {
      if (part.has("Sequence")) {
        behind = true;
        continue;
      }
      String token = fields.text(field, part.path("SpecialToken").path("id"));
      if (behind || found.isPresent()) {
        throw fields.problem(
            field,
            "puts "
                + Quoted.text(token)
                + " where it is not supported; supported: one token before the text");
      }
      found = Optional.of(token);
    }
    return found;
  }
}
