package dev.skipstone.model.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skipstone.model.Architecture;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.LayerAttention;
import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import dev.skipstone.model.chat.ChatMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HuggingFaceModelTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @TempDir Path folder;

  @Test
  void opensALlama() throws IOException {
    try (Model model = Model.open(new MicroFolder().write(folder.resolve("Micro-1.5")))) {
      assertThat(model.architecture())
          .isEqualTo(new Architecture("llama", Architecture.RopePairing.HALVES));
      assertThat(model.hyperParameters())
          .isEqualTo(new HyperParameters(2, 8, 16, 4, 2, 2, 12, 64, 1e-5f, 5000, 2));
      assertThat(model.name()).isEqualTo("Micro-1.5");
      assertThat(model.tiedOutput()).isTrue();
      assertThat(model.tensors()).hasSize(20);
      assertThat(model.tensor(TensorRole.OUTPUT, 0).name()).isEqualTo("model.embed_tokens.weight");
      assertThat(model.tensor(TensorRole.MLP_DOWN, 1).shape()).containsExactly(8L, 16L);
      assertThat(model.find(TensorRole.ATTENTION_QUERY_BIAS, 0)).isEmpty();
      assertThat(model.metadata())
          .containsEntry("model_type", "llama")
          .containsEntry("vocab_size", 12);
      assertThatThrownBy(() -> model.tensor(TensorRole.ATTENTION_QUERY_BIAS, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void withoutATokenizerIdsStillGoIn() throws IOException {
    try (Model model = Model.open(new MicroFolder().write(folder))) {
      assertThat(model.tokenizer().vocabularySize()).isEqualTo(12);
      assertThat(model.tokenizer().bytes(3)).isEmpty();
      assertThat(model.tokenizer().endTokens()).isEmpty();
      assertThat(model.chatTemplate()).isEmpty();
      assertThat(model.fingerprint()).hasSize(64);
      assertThatThrownBy(() -> model.tokenizer().encode("a", true))
          .isInstanceOf(ModelFileException.class)
          .hasMessageContaining("tokenizer.json: there is none")
          .hasMessageContaining("--tokens");
    }
  }

  @Test
  void anUnsupportedTokenizerIsNamedWhenItIsUsed() throws IOException {
    new MicroFolder().write(folder);
    Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {\"type\": \"Other\"}}");
    try (Model model = Model.open(folder)) {
      assertThatThrownBy(() -> model.tokenizer().decode(1))
          .isInstanceOf(ModelFileException.class)
          .hasMessageContaining("tokenizer.json: ");
    }
  }

  @Test
  void tokenizerTemplateAndEndTokensComeFromTheFolder() throws IOException {
    MicroFolder micro = new MicroFolder();
    JsonNode tokenizer =
        MicroFolder.JSON.readTree(GOLDEN.resolve("tokenizers/gpt2-style.tokenizer.json").toFile());
    int rows = tokenizer.path("model").path("vocab").size() + 40;
    micro.config.put("vocab_size", rows).put("eos_token_id", 5);
    micro.tensors.put("model.embed_tokens.weight", new long[] {rows, 8});
    micro.write(folder);
    Files.copy(
        GOLDEN.resolve("tokenizers/gpt2-style.tokenizer.json"), folder.resolve("tokenizer.json"));
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"chat_template\": \"{{ bos_token }}{{ messages[0]['content'] }}\","
            + " \"bos_token\": {\"content\": \"<s>\"}}");
    try (Model model = Model.open(folder)) {
      assertThat(model.tokenizer().endTokens()).contains(5);
      assertThat(model.tokenizer().vocabularySize()).isEqualTo(rows);
      assertThat(model.tokenizer().bytes(rows - 1)).isEmpty();
      int[] ids = model.tokenizer().encode("a word", false);
      assertThat(model.tokenizer().decode(ids)).isEqualTo("a word");
      assertThat(model.chatTemplate().orElseThrow().render(List.of(ChatMessage.user("x")), true))
          .isEqualTo("<s>x");
    }
    Files.writeString(
        folder.resolve("tokenizer_config.json"), "{\"add_bos_token\": true, \"bos_token\": \"a\"}");
    try (Model model = Model.open(folder)) {
      int[] a = model.tokenizer().encode("a", false);
      assertThat(model.tokenizer().beginToken()).hasValue(a[0]);
    }
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [6, 7]}");
    try (Model model = Model.open(folder)) {
      assertThat(model.tokenizer().endTokens()).contains(6, 7).doesNotContain(5);
    }
  }

  @Test
  void partsOfFusedTensorsAreTheirRows() throws IOException {
    MicroFolder micro = new MicroFolder();
    micro.config.put("model_type", "phi3");
    for (int i = 0; i < 2; i++) {
      String layer = "model.layers." + i + ".";
      for (String part : List.of("q", "k", "v")) {
        micro.tensors.remove(layer + "self_attn." + part + "_proj.weight");
      }
      micro.tensors.remove(layer + "mlp.gate_proj.weight");
      micro.tensors.remove(layer + "mlp.up_proj.weight");
      micro.tensors.put(layer + "self_attn.qkv_proj.weight", new long[] {16, 8});
      micro.tensors.put(layer + "mlp.gate_up_proj.weight", new long[] {32, 8});
    }
    try (Model model = Model.open(micro.write(folder))) {
      Tensor all = model.tensor(TensorRole.ATTENTION_QUERY, 1);
      Tensor value = model.tensor(TensorRole.ATTENTION_VALUE, 1);
      assertThat(all.shape()).containsExactly(8L, 8L);
      assertThat(value.shape()).containsExactly(4L, 8L);
      assertThat(value.offset()).isEqualTo(all.offset() + 12 * 8 * 2);
      assertThat(value.byteSize()).isEqualTo(4 * 8 * 2);
      int[] count = {0};
      value.forEachValue((values, length) -> count[0] += length);
      assertThat(count[0]).isEqualTo(32);
    }
  }

  @Test
  void theTextPartOfAModelThatSeesToo() throws IOException {
    MicroFolder micro = new MicroFolder();
    ObjectNode text = micro.config.deepCopy();
    micro.config.removeAll();
    micro.config.put("model_type", "gemma3").set("text_config", text);
    text.put("model_type", "gemma3_text").put("head_dim", 2).put("sliding_window", 16);
    Map<String, long[]> all = Map.copyOf(micro.tensors);
    micro.tensors.clear();
    all.forEach((name, shape) -> micro.tensors.put("language_model." + name, shape));
    for (int i = 0; i < 2; i++) {
      String layer = "language_model.model.layers." + i + ".";
      micro.tensors.put(layer + "self_attn.q_norm.weight", new long[] {2});
      micro.tensors.put(layer + "self_attn.k_norm.weight", new long[] {2});
      micro.tensors.put(layer + "pre_feedforward_layernorm.weight", new long[] {8});
      micro.tensors.put(layer + "post_feedforward_layernorm.weight", new long[] {8});
    }
    micro.tensors.put("vision_tower.some.weight", new long[] {3, 5});
    try (Model model = Model.open(micro.write(folder))) {
      assertThat(model.architecture().name()).isEqualTo("gemma3");
      assertThat(model.hyperParameters().attention())
          .extracting(LayerAttention::window)
          .containsExactly(16, 16);
      // Stored less 1.
      model
          .tensor(TensorRole.MLP_POST_NORM, 1)
          .forEachValue((values, count) -> assertThat(values).startsWith(1, 1, 1));
    }
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "model_type | \"mamba\" | the architecture mamba is not supported; supported: llama, mistral",
        "model_type | 7 | must be a text",
        "hidden_size | 0 | must be above 0",
        "hidden_size | -8 | is no whole number",
        "hidden_size | 8.5 | is no whole number",
        "hidden_size | \"8\" | must be a number",
        "hidden_size | null | the configuration lacks this key",
        "num_hidden_layers | 2147483647 | are more than the 20 tensors",
        "num_attention_heads | 3 | does not divide the 3 query heads",
        "head_dim | 2000000000 | are too many",
        "vocab_size | 13 | is 13, but the token embedding has 12 rows",
        "rms_norm_eps | 0 | is not above 0",
        "rope_theta | 1e39 | is not above 0",
        "partial_rotary_factor | 0.5 | are not an even number",
        "hidden_act | \"relu\" | the activation relu is not supported; supported: silu",
        "hidden_act | \"gelu\" | the activation gelu is not supported",
        "rope_scaling | 7 | must be an object",
        "rope_scaling | {\"type\":\"other\"} | RoPE scaled by other is not supported",
        "rope_scaling | {\"type\":\"linear\",\"factor\":-1} | -1 is not above 0",
        "rope_scaling | {\"type\":\"llama3\",\"factor\":8} | the configuration lacks this key",
        "rope_scaling | {\"type\":\"longrope\",\"short_factor\":[1,2]} | must be a list of 1 values",
        "layer_types | [\"mamba\",\"mamba\"] | layers of type mamba are not supported",
        "layer_types | [\"full_attention\"] | must be a list of 2 values",
        "num_local_experts | 8 | mixtures of experts",
        "quantization_config | {} | quantized checkpoints are not supported",
        "tie_word_embeddings | false | the files lack it",
        "attention_bias | true | the file lacks it; the architecture llama needs it",
        "no_rope_layers | [1] | must be a list of 2 values",
        "position_embedding_type | \"alibi\" | alibi is not supported",
      })
  void refusesConfigurations(String key, String value, String problem) throws IOException {
    MicroFolder micro = new MicroFolder();
    micro.config.set(key, MicroFolder.JSON.readTree(value));
    micro.write(folder);
    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining(problem)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void refusesTensorsThatAreMissingOrTooMany() throws IOException {
    MicroFolder missing = new MicroFolder();
    missing.tensors.remove("model.layers.1.mlp.up_proj.weight");
    MicroFolder more = new MicroFolder();
    more.tensors.put("model.layers.0.self_attn.q_norm.weight", new long[] {2});
    MicroFolder other = new MicroFolder();
    other.tensors.put("model.layers.0.mlp.up_proj.weight", new long[] {8, 16});

    assertRefused(missing, "tensor model.layers.1.mlp.up_proj.weight: the file lacks it");
    assertRefused(more, "q_norm.weight at byte ");
    assertRefused(more, "has no place in the architecture llama with 2 layers");
    assertRefused(other, "has shape [8, 16] instead of [16, 8]");
  }

  private void assertRefused(MicroFolder micro, String problem) throws IOException {
    Path broken = micro.write(folder);
    assertThatThrownBy(() -> Model.open(broken))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void refusesFoldersWithoutAModel() throws IOException {
    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("config.json: file: does not exist");
    new MicroFolder().writeConfig(folder);
    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("there is no model.safetensors and no model.safetensors.index.json");
    Files.writeString(folder.resolve("config.json"), "{\"a\": 1, \"a\": 2}");
    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("config.json: JSON at byte ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | is missing, or no object",
        "{\"weight_map\": {\"model.norm.weight\": 7}} | is not the name of a file",
        "{\"weight_map\": {\"model.norm.weight\": \"../x.safetensors\"}} | is not the name of a file",
        "{\"weight_map\": {\"model.norm.weight\": \"..\"}} | is not the name of a file",
        "{\"weight_map\": {\"model.norm.weight\": \"other.safetensors\"}} | does not exist",
        "{\"weight_map\": {\"model.other.weight\": \"part.safetensors\"}} | part.safetensors does not have this tensor",
      })
  void refusesIndices(String index, String problem) throws IOException {
    MicroFolder micro = new MicroFolder();
    micro.writeConfig(folder);
    MicroFolder.write(folder.resolve("part.safetensors"), micro.tensors);
    Files.writeString(folder.resolve("model.safetensors.index.json"), index);
    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining(problem);
  }
}
