package dev.skipstone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skipstone.model.chat.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A file of requests, a JSON object a line. Empty lines are left out, unknown fields ignored. */
final class RequestFile {
  private static final Set<String> ROLES = Set.of("system", "user", "assistant");
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build()
          .reader();

  private RequestFile() {}

  /**
   * One line of the file.
   *
   * @param where the file and the line's number
   * @param index from 0, empty lines not counted
   * @param fields the object
   */
  record Line(String where, int index, JsonNode fields) {

    /** The id as given, else {@code otherwise}. */
    Object id(Object otherwise) {
      JsonNode id = fields.get("id");
      if (id == null || id.isNull()) {
        return otherwise;
      }
      if (id.isTextual()) {
        return id.textValue();
      }
      if (id.isNumber()) {
        return id.numberValue();
      }
      throw wrong("\"id\" is neither a string nor a number");
    }

    /** A field that must be a string. */
    String text(String field) {
      JsonNode value = fields.get(field);
      if (value == null || !value.isTextual()) {
        throw wrong("\"" + field + "\" is not a string");
      }
      return value.textValue();
    }

    /** A field that must be an array of token ids. */
    int[] tokens(String field) {
      JsonNode value = fields.get(field);
      if (value == null || !value.isArray()) {
        throw wrong("\"" + field + "\" is not an array of token ids");
      }
      int[] tokens = new int[value.size()];
      for (int i = 0; i < tokens.length; i++) {
        JsonNode token = value.get(i);
        if (!token.isIntegralNumber() || !token.canConvertToInt() || token.intValue() < 0) {
          throw wrong("\"" + field + "\"[" + i + "] is not a token id");
        }
        tokens[i] = token.intValue();
      }
      return tokens;
    }

    FailedException wrong(String problem) {
      return new FailedException(where + ": " + problem);
    }
  }

  /**
   * @param name of the file, for messages
   * @param text of the file
   * @throws FailedException naming the first line that is not a JSON object
   */
  static List<Line> lines(String name, String text) {
    List<Line> lines = new ArrayList<>();
    String[] rows = (text.startsWith("\uFEFF") ? text.substring(1) : text).split("\n", -1);
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].isBlank()) {
        continue;
      }
      String where = name + ": line " + (i + 1);
      try {
        JsonNode fields = JSON.readTree(rows[i]);
        if (!fields.isObject()) {
          throw new FailedException(where + ": not a JSON object");
        }
        lines.add(new Line(where, lines.size(), fields));
      } catch (JsonProcessingException e) {
        // What the parser adds of the place is of this line alone.
        String reason = e.getOriginalMessage().replaceFirst(" \\(start marker.*", "");
        throw new FailedException(where + ": not JSON: " + reason, e);
      }
    }
    if (lines.isEmpty()) {
      throw new FailedException(name + ": no request in it");
    }
    return lines;
  }

  /**
   * The requests of {@code generate}.
   *
   * @throws FailedException naming the first line that is wrong
   */
  static List<Request> requests(String name, String text) {
    return lines(name, text).stream().map(RequestFile::request).toList();
  }

  private static Request request(Line line) {
    long prompts =
        List.of("prompt", "messages", "tokens").stream().filter(line.fields()::has).count();
    if (prompts != 1) {
      throw line.wrong("one of \"prompt\", \"messages\" and \"tokens\" is needed, not " + prompts);
    }
    Request.Prompt prompt;
    if (line.fields().has("prompt")) {
      prompt = new Request.Text(line.text("prompt"));
    } else if (line.fields().has("messages")) {
      prompt = new Request.Messages(messages(line));
    } else {
      prompt = new Request.Tokens(line.tokens("tokens"));
    }
    return new Request(line.where(), line.id(line.index()), prompt, maxTokens(line));
  }

  private static Integer maxTokens(Line line) {
    JsonNode value = line.fields().get("max_tokens");
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
      throw line.wrong("\"max_tokens\" is not a whole number of 1 or more");
    }
    return value.intValue();
  }

  private static List<ChatMessage> messages(Line line) {
    JsonNode value = line.fields().get("messages");
    if (!value.isArray() || value.isEmpty()) {
      throw line.wrong("\"messages\" is not an array of messages");
    }
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode message : value) {
      JsonNode role = message.get("role");
      JsonNode content = message.get("content");
      if (role == null || !role.isTextual() || content == null || !content.isTextual()) {
        throw line.wrong(
            "\"messages\"["
                + messages.size()
                + "] has no \"role\" and \"content\" that are strings");
      }
      if (!ROLES.contains(role.textValue())) {
        throw line.wrong(
            "\"messages\"[%d]: the role is '%s', not system, user or assistant"
                .formatted(messages.size(), role.textValue()));
      }
      messages.add(new ChatMessage(role.textValue(), content.textValue()));
    }
    return messages;
  }
}
