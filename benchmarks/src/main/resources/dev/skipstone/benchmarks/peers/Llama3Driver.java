package com.llama4j;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Drives Llama3.java; what it says is documented in ChildPeer. Compiled beside the user's copy, in
 * its package, when the benchmark starts. It builds the model without a tokenizer, whose reader
 * knows Llama 3's vocabulary only, and which token ids do not need.
 */
final class Llama3Driver {
  private static final int BATCH = 16;

  public static void main(String[] args) throws Exception {
    Llama model = load(Path.of(args[0]), Integer.parseInt(args[1]));
    Llama.State state = new Llama.State(model.configuration(), BATCH);
    System.out.println("ready Llama3.java");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      List<Integer> words = Arrays.stream(line.split(" ")).map(Integer::valueOf).toList();
      System.out.println(answer(model, state, words.getFirst(), words.subList(1, words.size())));
    }
  }

  private static String answer(Llama model, Llama.State state, int count, List<Integer> prompt) {
    List<Integer> tokens = new ArrayList<>();
    long[] times = new long[2];
    long start = System.nanoTime();
    // Its limit counts positions, so that the prompt's last one gives the first token.
    int positions = prompt.size() + count - 1;
    Llama.generateTokens(
        model, state, 0, prompt, Set.of(), positions, Sampler.ARGMAX, false, token -> {
          times[tokens.isEmpty() ? 0 : 1] = System.nanoTime();
          tokens.add(token);
        });
    StringBuilder reply = new StringBuilder("answer ");
    reply.append((times[0] - start) * 1e-9).append(' ');
    reply.append(tokens.size() < 2 ? 0 : (times[1] - times[0]) * 1e-9);
    tokens.forEach(token -> reply.append(' ').append(token));
    return reply.toString();
  }

  private static Llama load(Path file, int context) throws Exception {
    try (FileChannel channel = FileChannel.open(file)) {
      GGUF gguf = GGUF.loadModel(channel, file.toString());
      Map<String, Object> metadata = gguf.getMetadata();
      int heads = (int) metadata.get("llama.attention.head_count");
      Llama.Configuration sizes =
          new Llama.Configuration(
                  (int) metadata.get("llama.embedding_length"),
                  (int) metadata.get("llama.feed_forward_length"),
                  (int) metadata.get("llama.block_count"),
                  heads,
                  (int) metadata.getOrDefault("llama.attention.head_count_kv", heads),
                  ((String[]) metadata.get("tokenizer.ggml.tokens")).length,
                  (int) metadata.get("llama.context_length"),
                  (float) metadata.getOrDefault("llama.attention.layer_norm_rms_epsilon", 1e-5f),
                  (float) metadata.getOrDefault("llama.rope.freq_base", 10000f))
              .withContextLength(context);
      Map<String, GGMLTensorEntry> tensors =
          GGUF.loadTensors(channel, gguf.getTensorDataOffset(), gguf.getTensorInfos());
      return new Llama(sizes, null, ModelLoader.loadWeights(tensors, sizes));
    }
  }
}
