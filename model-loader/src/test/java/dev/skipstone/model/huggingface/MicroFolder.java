package dev.skipstone.model.huggingface;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A folder with a tiny llama of zeros, to be changed before it is written. */
final class MicroFolder {
  static final ObjectMapper JSON = new ObjectMapper();

  final ObjectNode config = JSON.createObjectNode();
  final Map<String, long[]> tensors = new LinkedHashMap<>();

  /** Two layers of width 8, 4 heads of 2 channels, 12 tokens, tied output. */
  MicroFolder() {
    config
        .put("model_type", "llama")
        .put("vocab_size", 12)
        .put("hidden_size", 8)
        .put("intermediate_size", 16)
        .put("num_hidden_layers", 2)
        .put("num_attention_heads", 4)
        .put("num_key_value_heads", 2)
        .put("max_position_embeddings", 64)
        .put("rms_norm_eps", 1e-5)
        .put("rope_theta", 5000);
    tensors.put("model.embed_tokens.weight", new long[] {12, 8});
    tensors.put("model.norm.weight", new long[] {8});
    for (int i = 0; i < 2; i++) {
      String layer = "model.layers." + i + ".";
      tensors.put(layer + "input_layernorm.weight", new long[] {8});
      tensors.put(layer + "post_attention_layernorm.weight", new long[] {8});
      tensors.put(layer + "self_attn.q_proj.weight", new long[] {8, 8});
      tensors.put(layer + "self_attn.k_proj.weight", new long[] {4, 8});
      tensors.put(layer + "self_attn.v_proj.weight", new long[] {4, 8});
      tensors.put(layer + "self_attn.o_proj.weight", new long[] {8, 8});
      tensors.put(layer + "mlp.gate_proj.weight", new long[] {16, 8});
      tensors.put(layer + "mlp.up_proj.weight", new long[] {16, 8});
      tensors.put(layer + "mlp.down_proj.weight", new long[] {8, 16});
    }
  }

  Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    writeConfig(folder);
    write(folder.resolve("model.safetensors"), tensors);
    return folder;
  }

  void writeConfig(Path folder) throws IOException {
    JSON.writeValue(folder.resolve("config.json").toFile(), config);
  }

  static void write(Path file, Map<String, long[]> shapes) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    shapes.forEach((name, shape) -> {
      int count = 1;
      for (long dimension : shape) {
        count *= (int) dimension;
      }
      writer.tensor(name, TensorType.F16, new float[count], shape);
    });
    writer.write(file);
  }
}
