package dev.skipstone.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skipstone.model.ModelFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HuggingFaceTokenizersTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder;

  /** Each row: where in the file, what is put there (as JSON; '-' removes it), field, message. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "/model/type; \"Unigram\"; model.type; \"Unigram\" is not supported; ",
        "/model/type; -; model.type; is missing; ",
        "/model/dropout; 0.1; model.dropout; \"0.1\" is not supported",
        "/model/byte_fallback; true; model.byte_fallback; is not supported",
        "/model/fuse_unk; true; model.fuse_unk; is not supported",
        "/model/continuing_subword_prefix; \"##\"; model.continuing_subword_prefix; not supported",
        "/model/end_of_word_suffix; \"</w>\"; model.end_of_word_suffix; is not supported",
        "/model/unk_token; \"<nope>\"; model.unk_token; \"<nope>\" is not in the vocabulary",
        "/model/vocab; []; model.vocab; is missing, empty or not an object",
        "/model/vocab; {\"<|endoftext|>\":0,\"a\":4}; model.vocab; no token has the id 3 of 4",
        "/model/vocab; {\"a\":3,\"b\":3}; model.vocab; two tokens have the id 3",
        "/model/vocab; {\"a\":99}; model.vocab; \"a\" has the id \"99\", not one of 0 to 3",
        "/model/vocab; {\"a\":\"x\"}; model.vocab; not one of 0 to 3",
        "/model/merges; -; model.merges; is missing or not an array",
        "/model/merges; [\"in\"]; model.merges; merge 0 (\"in\") is not two tokens",
        "/model/merges; [[\"i\"]]; model.merges; is neither \"left right\" nor a pair",
        "/model/merges; [[\"i\",3]]; model.merges; is neither \"left right\" nor a pair",
        "/model/merges; [[\"i\",\"qqq\"]]; model.merges; needs \"qqq\"",
        "/decoder; null; decoder.type; is missing",
        "/decoder/type; \"Fuse\"; decoder.type; \"Fuse\" is not supported",
        "/normalizer; {\"type\":\"NFKC\"}; normalizer.type; \"NFKC\" is not supported",
        "/pre_tokenizer; null; pre_tokenizer; is missing",
        "/pre_tokenizer; {\"type\":\"Whitespace\"}; pre_tokenizer; \"Whitespace\" is not supported",
        "/pre_tokenizer/pretokenizers/0/use_regex; false; pre_tokenizer; is not supported",
        "/added_tokens; {}; added_tokens; is not an array",
        "/added_tokens/0/lstrip; true; added_tokens.lstrip; is not supported",
        "/added_tokens/0/single_word; true; added_tokens.single_word; is not supported",
        "/added_tokens/0/content; \"<x>\"; added_tokens; \"<x>\" has the id 0 of \"<|endof",
        "/added_tokens/0/id; -; added_tokens; has the id -, not one of",
      })
  void refusesWhatIsWrongOrNotSupported(String at, String json, String field, String message)
      throws Exception {
    Path file = changed(at, json);
    assertThatThrownBy(() -> HuggingFaceTokenizers.read(file))
        .isInstanceOfSatisfying(
            ModelFileException.class, e -> assertThat(e.field()).isEqualTo(field))
        .hasMessageContaining(message)
        .hasMessageStartingWith(file.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{\"type\":\"Digits\",\"individual_digits\":false}; true; false",
        "{\"type\":\"Punctuation\"}; true; false",
        "{\"type\":\"Digits\",\"individual_digits\":true}; true; true",
        "{\"type\":\"Split\",\"behavior\":\"Isolated\",\"pattern\":{\"Regex\":\"x\"}}; false; false",
        "{\"type\":\"Split\",\"behavior\":\"Removed\",\"pattern\":{\"Regex\":\"x\"}}; false; false",
      })
  void refusesOtherPreTokenizers(String step, String regex, String prefixSpace) throws Exception {
    Path file = changed("/pre_tokenizer/pretokenizers", sequence(step, regex, prefixSpace));
    assertThatThrownBy(() -> HuggingFaceTokenizers.read(file))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("pre_tokenizer")
        .hasMessageContaining("not supported");
  }

  @Test
  void readsSmolLmsPreTokenizer() throws Exception {
    String digits = "{\"type\":\"Digits\",\"individual_digits\":true}";
    Path file = changed("/pre_tokenizer/pretokenizers", sequence(digits, "true", "false"));
    Tokenizer tokenizer = HuggingFaceTokenizers.read(file);
    assertThat(tokenizer.encode("12", false)).hasSize(2);
  }

  @Test
  void readsBothFormsOfMerges() throws Exception {
    JsonNode root = root();
    ArrayNode merges = (ArrayNode) root.at("/model/merges");
    for (int i = 0; i < merges.size(); i++) {
      merges.set(i, merges.get(i).get(0).asText() + " " + merges.get(i).get(1).asText());
    }
    Tokenizer tokenizer = HuggingFaceTokenizers.read(written(root));
    Tokenizer pairs = HuggingFaceTokenizers.read(written(root()));
    String text = "the streets, reading";
    assertThat(tokenizer.encode(text, false)).isEqualTo(pairs.encode(text, false));
  }

  @Test
  void readsUserDefinedAndUnknownTokens() throws Exception {
    JsonNode root = root();
    ((ObjectNode) root.get("model")).put("unk_token", "<|endoftext|>");
    ObjectNode token = ((ArrayNode) root.get("added_tokens")).addObject();
    token.put("id", 3000).put("content", "<tool>").put("special", false);
    Tokenizer tokenizer = HuggingFaceTokenizers.read(written(root));
    assertThat(tokenizer.encode("<tool>", false)).containsExactly(3000);
    assertThat(tokenizer.vocabularySize()).isEqualTo(3001);
    assertThat(tokenizer.isSpecial(3000)).isFalse();
  }

  @Test
  void saysWhereJsonIsBroken() throws Exception {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(file, "{\"model\": {\"a\": 1,\n \"a\": 2}}");
    assertThatThrownBy(() -> HuggingFaceTokenizers.read(file))
        .isInstanceOfSatisfying(ModelFileException.class, e -> assertThat(e.offset()).isPositive())
        .hasMessageContaining("Duplicate field 'a'");
  }

  @Test
  void saysThatAFileIsMissing() {
    assertThatThrownBy(() -> HuggingFaceTokenizers.read(folder.resolve("none.json")))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("can't be read");
  }

  private static String sequence(String step, String regex, String prefixSpace) {
    return "[%s,{\"type\":\"ByteLevel\",\"add_prefix_space\":%s,\"use_regex\":%s}]"
        .formatted(step, prefixSpace, regex);
  }

  private static JsonNode root() throws Exception {
    return MAPPER.readTree(Files.readString(TokenizerGoldenTest.file("gpt2-style.tokenizer.json")));
  }

  private Path changed(String at, String json) throws Exception {
    JsonNode root = root();
    int slash = at.lastIndexOf('/');
    ObjectNode parent = (ObjectNode) root.at(at.substring(0, slash));
    String name = at.substring(slash + 1);
    if (json.equals("-")) {
      parent.remove(name);
    } else {
      parent.set(name, MAPPER.readTree(json));
    }
    return written(root);
  }

  private Path written(JsonNode root) throws Exception {
    Path file = Files.createTempFile(folder, "tokenizer", ".json");
    MAPPER.writeValue(file.toFile(), root);
    return file;
  }
}
