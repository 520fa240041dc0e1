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
import java.util.Set;
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
        "/model/type; \"WordPiece\"; model.type; \"WordPiece\" is not supported; ",
        "/model/type; \"Unigram\"; pre_tokenizer; ByteLevel is not supported with Unigram",
        "/model/dropout; 0.1; model.dropout; \"0.1\" is not supported",
        "/model/byte_fallback; 1; model.byte_fallback; is not true or false",
        "/model/continuing_subword_prefix; \"##\"; model.continuing_subword_prefix; not supported",
        "/model/end_of_word_suffix; \"</w>\"; model.end_of_word_suffix; is not supported",
        "/model/unk_token; \"<nope>\"; model.unk_token; \"<nope>\" is not in the vocabulary",
        "/model/vocab; []; model.vocab; is missing, empty or neither an object nor a list",
        "/model/vocab; [[\"a\",\"b\"]]; model.vocab; token 0 is not a text and a score",
        "/model/vocab; {\"a\":3,\"b\":3}; model.vocab; two tokens have the id 3",
        "/model/vocab; {\"a\":9999}; model.vocab; has ids up to 9999, but",
        "/model/vocab; {\"a\":\"x\"}; model.vocab; which is not a token's number",
        "/model/merges; -; model.merges; is missing or not an array",
        "/model/merges; [\"in\"]; model.merges; merge 0 (\"in\") is not two tokens",
        "/model/merges; [[\"i\"]]; model.merges; is neither \"left right\" nor a pair",
        "/model/merges; [[\"i\",3]]; model.merges; is neither \"left right\" nor a pair",
        "/model/merges; [[\"i\",\"qqq\"]]; model.merges; needs \"qqq\"",
        "/decoder; null; decoder.type; is missing",
        "/decoder/type; \"Fuse\"; decoder.type; must be in both pre_tokenizer and decoder",
        "/decoder/type; \"CTC\"; decoder.type; \"CTC\" is not supported; supported: ByteLevel",
        "/normalizer; {\"type\":\"Nmt\"}; normalizer.type; \"Nmt\" is not supported",
        "/normalizer; {\"type\":\"Precompiled\"}; normalizer.type; \"Precompiled\" is not",
        "/pre_tokenizer; null; decoder.type; must be in both pre_tokenizer and decoder",
        "/pre_tokenizer; {\"type\":\"Whitespace\"}; pre_tokenizer.type; \"Whitespace\" is not",
        "/post_processor; {\"type\":\"BertProcessing\"}; post_processor.type; is not supported",
        "/added_tokens; {}; added_tokens; is not an array",
        "/added_tokens/0/lstrip; 3; added_tokens.lstrip; is not true or false",
        "/added_tokens/0/content; \"<x>\"; added_tokens; \"<x>\" has the id 0 of \"<|endof",
        "/added_tokens/0/id; -; added_tokens; has the id -, which is not a token's number",
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
        "{\"type\":\"UnicodeScripts\"}; true; false",
        "{\"type\":\"Digits\",\"individual_digits\":true}; true; true",
        "{\"type\":\"Metaspace\",\"replacement\":\"_\"}; true; false",
        "{\"type\":\"Split\",\"behavior\":\"Odd\",\"pattern\":{\"Regex\":\"x\"}}; false; false",
        "{\"type\":\"Split\",\"behavior\":\"Removed\",\"pattern\":{\"Regex\":\"a|*\"}}; false; false",
        "{\"type\":\"Split\",\"behavior\":\"Removed\",\"pattern\":{\"Regex\":\"x++x\"}}; false; false",
        "{\"type\":\"ByteLevel\"}; false; false",
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

  /** Each row: the post-processor, tokenizer_config.json, the begin token or what is wrong. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "null; {}; -1",
        "{\"type\":\"ByteLevel\"}; {}; -1",
        "$[BEGIN,TEXT]; {}; 1",
        "$[TEXT]; {}; -1",
        "$[BEGIN,TEXT]; {\"add_bos_token\":false}; -1",
        "$[TEXT]; {\"add_bos_token\":true,\"bos_token\":{\"content\":\"<|im_end|>\"}}; 2",
        "$[TEXT]; {\"add_bos_token\":true}; bos_token: is missing, but add_bos_token asks",
        "$[TEXT]; {\"bos_token\":3}; -1",
        "$[TEXT,BEGIN]; {}; puts \"<|im_start|>\" where it is not supported",
        "$[BEGIN,BEGIN,TEXT]; {}; where it is not supported",
        "$[TEXT]; {\"eos_token\":\"<x>\"}; eos_token: \"<x>\" is not in the vocabulary",
        "$[TEXT]; {\"eos_token\":3}; eos_token: is not a token's text",
      })
  void readsWhichTokenBegins(String processor, String config, String expected) throws Exception {
    String template =
        processor
                .replace(
                    "$",
                    "{\"type\":\"Sequence\",\"processors\":[{\"type\":\"ByteLevel\"},"
                        + "{\"type\":\"TemplateProcessing\",\"single\":")
                .replace("BEGIN", "{\"SpecialToken\":{\"id\":\"<|im_start|>\",\"type_id\":0}}")
                .replace("TEXT", "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}")
            + (processor.startsWith("$") ? "}]}" : "");
    Path file = changed("/post_processor", template);
    Path configFile = Files.writeString(folder.resolve("tokenizer_config.json"), config);
    if (expected.matches("-?[0-9]+")) {
      Tokenizer tokenizer = HuggingFaceTokenizers.open(file, configFile, 3100, Set.of(7));
      assertThat(tokenizer.beginToken().orElse(-1)).isEqualTo(Integer.parseInt(expected));
      assertThat(tokenizer.vocabularySize()).isEqualTo(3100);
      assertThat(tokenizer.endTokens()).contains(7);
    } else {
      assertThatThrownBy(() -> HuggingFaceTokenizers.open(file, configFile, 0, Set.of()))
          .isInstanceOf(ModelFileException.class)
          .hasMessageContaining(expected);
    }
  }

  @Test
  void refusesMoreTokensThanRows() throws Exception {
    Path file = written(root());
    Path none = folder.resolve("none.json");
    assertThatThrownBy(() -> HuggingFaceTokenizers.open(file, none, 2999, Set.of()))
        .hasMessageContaining("has ids up to 2999, but there are only to be 2999");
    assertThatThrownBy(() -> HuggingFaceTokenizers.open(file, none, 0, Set.of(3000)))
        .hasMessageContaining("has no token 3000, which is to end an answer");
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
        .hasMessageContaining("does not exist");
  }

  private static String sequence(String step, String regex, String prefixSpace) {
    return "[%s,{\"type\":\"ByteLevel\",\"add_prefix_space\":%s,\"use_regex\":%s}]"
        .formatted(step, prefixSpace, regex);
  }

  /** Ids that no token has, as o200k's vocabulary has some, have no text. */
  @Test
  void fillsGapsWithUnusedTokens() throws Exception {
    JsonNode root = root();
    ObjectNode token = ((ArrayNode) root.get("added_tokens")).addObject();
    token.put("id", 3005).put("content", "<far>").put("special", true);
    Tokenizer tokenizer = HuggingFaceTokenizers.read(written(root));
    assertThat(tokenizer.vocabularySize()).isEqualTo(3006);
    assertThat(tokenizer.token(3001)).isEmpty();
    assertThat(tokenizer.bytes(3001)).isEmpty();
    assertThat(tokenizer.encode("<far>", true)).containsExactly(3005);
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
