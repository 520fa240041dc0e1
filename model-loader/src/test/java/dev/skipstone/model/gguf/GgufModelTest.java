package dev.skipstone.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.model.Architecture;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.chat.ChatMessage;
import dev.skipstone.model.testing.GgufKind;
import dev.skipstone.model.testing.GgufWriter;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.model.testing.Refusal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class GgufModelTest {
  /** Relative to the module, where the tests run. */
  private static final Path DEFAULT_MODEL = Path.of("../models/SmolLM2-135M-Instruct.Q4_1.gguf");

  /** What a llama's layers have, and what is outside of them. */
  private static final Set<TensorRole> LLAMA =
      Set.of(
          TensorRole.TOKEN_EMBEDDING,
          TensorRole.OUTPUT_NORM,
          TensorRole.OUTPUT,
          TensorRole.ATTENTION_NORM,
          TensorRole.ATTENTION_QUERY,
          TensorRole.ATTENTION_KEY,
          TensorRole.ATTENTION_VALUE,
          TensorRole.ATTENTION_OUTPUT,
          TensorRole.MLP_NORM,
          TensorRole.MLP_GATE,
          TensorRole.MLP_UP,
          TensorRole.MLP_DOWN);

  @TempDir Path directory;

  private Path path;

  @BeforeEach
  void name() {
    path = directory.resolve("micro.gguf");
  }

  @Test
  void opensTheDefaultModel() {
    try (Model model = Model.open(DEFAULT_MODEL)) {
      assertThat(model.hyperParameters())
          .isEqualTo(
              new HyperParameters(30, 576, 1536, 9, 3, 64, 49152, 8192, 1e-5f, 100_000f, 64));
      assertThat(model.architecture())
          .isEqualTo(new Architecture("llama", Architecture.RopePairing.ADJACENT));
      assertThat(model.name()).isEqualTo("Smollm2 135M 8k Lc100K Mix1 Ep2");
      assertThat(model.file()).isEqualTo(DEFAULT_MODEL);
      assertThat(model.tiedOutput()).isTrue();
      assertThat(model.tensors()).hasSize(272);
      assertThat(model.metadata()).hasSize(33).containsEntry("general.architecture", "llama");
      assertThat(model.chatTemplate()).isPresent();
      assertThat(model.tokenizer().vocabularySize()).isEqualTo(49152);
      assertThat(model.tensor(TensorRole.MLP_DOWN, 29).type()).isEqualTo(TensorType.Q4_1);
      assertThat(model.tensor(TensorRole.OUTPUT, 0).name()).isEqualTo("token_embd.weight");
    }
  }

  @ParameterizedTest
  @EnumSource
  void opensMicroModelsOfEveryType(TensorType type) {
    MicroModel micro = MicroModel.defaults().withMatrices(type).withTiedOutput(false).withSeed(7);
    try (Model model = Model.open(micro.write(path))) {
      HyperParameters sizes = model.hyperParameters();
      HyperParameters expected =
          type.blockSize() == 256
              ? new HyperParameters(4, 256, 256, 4, 2, 64, 288, 256, 1e-5f, 10_000f, 64)
              : new HyperParameters(4, 64, 128, 4, 2, 16, 288, 256, 1e-5f, 10_000f, 16);
      assertThat(sizes).isEqualTo(expected);
      assertThat(model.tiedOutput()).isFalse();
      for (TensorRole role : TensorRole.values()) {
        Optional<Tensor> tensor = model.find(role, 0);
        tensor.ifPresent(found -> {
          assertThat(found.shape()).isEqualTo(role.shape(sizes));
          assertThat(found.type()).isEqualTo(found.rows() == 1 ? TensorType.F32 : type);
        });
        assertThat(tensor.isPresent()).isEqualTo(LLAMA.contains(role));
      }
    }
  }

  @Test
  void findsTensorsByRoleAndLayer() {
    MicroModel micro =
        MicroModel.defaults()
            .withLayers(2)
            .withSizes(96, 64)
            .withHeads(2, 1, 32)
            .withVocabulary(16)
            .withContext(40);
    try (Model model = Model.open(micro.write(path))) {
      Tensor query = model.tensor(TensorRole.ATTENTION_QUERY, 1);

      assertThat(query.name()).isEqualTo("blk.1.attn_q.weight");
      assertThat(query.shape()).containsExactly(64L, 96L);
      assertThat(model.hyperParameters().context()).isEqualTo(40);
      assertThat(model.hyperParameters().vocabulary()).isEqualTo(16);
      assertThat(model.tensor(TensorRole.OUTPUT_NORM, 99).name()).isEqualTo("output_norm.weight");
      assertThatThrownBy(() -> model.tensor(TensorRole.ATTENTION_QUERY, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void usesDefaultsForWhatMayBeMissing() {
    GgufWriter writer =
        MicroModel.defaults()
            .writer()
            .without("general.name")
            .without("llama.rope.freq_base")
            .without("llama.rope.dimension_count")
            .without("llama.attention.key_length")
            .without("llama.attention.value_length")
            .without("llama.vocab_size")
            .without("tokenizer.chat_template")
            .string("llama.rope.scaling.type", "none")
            .float32("llama.rope.scaling.factor", 8)
            .uint32("llama.expert_count", 0)
            .uint32("llama.attention.sliding_window", 4096)
            .put("split.count", GgufKind.UINT16, 1);
    try (Model model = Model.open(writer.write(path))) {
      assertThat(model.name()).isEqualTo("micro");
      assertThat(model.hyperParameters().ropeBase()).isEqualTo(10_000f);
      assertThat(model.hyperParameters().ropeDimensions()).isEqualTo(16);
      assertThat(model.hyperParameters().headSize()).isEqualTo(16);
      assertThat(model.chatTemplate()).isEmpty();
    }
  }

  @Test
  void readsAsManyKeyHeadsAsHeadsWhereNoneAreGiven() {
    GgufWriter writer =
        MicroModel.defaults().withHeads(4, 4, 16).writer().without("llama.attention.head_count_kv");
    try (Model model = Model.open(writer.write(path))) {
      assertThat(model.hyperParameters().keyValueHeads()).isEqualTo(4);
    }
  }

  @Test
  void writesTheSameModelForTheSameSeed() {
    MicroModel micro = MicroModel.defaults();
    assertThat(micro.writer().toBytes())
        .isEqualTo(micro.writer().toBytes())
        .isNotEqualTo(micro.withSeed(2).writer().toBytes());
  }

  @Test
  void opensAModelWhoseTemplateIsBroken() {
    for (Object template : List.of("{% for", 7L)) {
      GgufKind kind = template instanceof String ? GgufKind.STRING : GgufKind.UINT64;
      MicroModel.defaults().writer().replace("tokenizer.chat_template", kind, template).write(path);
      try (Model model = Model.open(path)) {
        Refusal.of(
            path,
            () -> model.chatTemplate().orElseThrow().render(List.of(ChatMessage.user("a")), true));
      }
    }
  }

  @Test
  void refusesATemplateWhoseTokensAreMissing() {
    MicroModel.defaults()
        .writer()
        .without("tokenizer.ggml.bos_token_id")
        .replace("tokenizer.chat_template", GgufKind.STRING, "{{ bos_token }")
        .write(path);
    try (Model model = Model.open(path)) {
      Refusal.of(
          path,
          () -> model.chatTemplate().orElseThrow().render(List.of(ChatMessage.user("a")), true));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void refusesWhatItDoesNotExecute(String field, String problem, Consumer<GgufWriter> change) {
    GgufWriter writer = MicroModel.defaults().withVocabulary(16).writer();
    change.accept(writer);
    writer.write(path);

    ModelFileException refusal = Refusal.of(path, () -> Model.open(path));

    assertThat(refusal.field()).isEqualTo(field);
    assertThat(refusal).hasMessageContaining(problem);
  }

  static Stream<Arguments> refusesWhatItDoesNotExecute() {
    return Stream.of(metadataFaults(), variants(), tensorFaults()).flatMap(stream -> stream);
  }

  private static Stream<Arguments> metadataFaults() {
    return Stream.of(
        missing("general.architecture"),
        missing("llama.block_count"),
        missing("llama.context_length"),
        missing("llama.embedding_length"),
        missing("llama.feed_forward_length"),
        missing("llama.attention.head_count"),
        missing("llama.attention.layer_norm_rms_epsilon"),
        number("llama.block_count", 0, "must be above 0"),
        number("llama.block_count", 1L << 31, "2147483648 is out of range"),
        fault("llama.block_count", "out of range", GgufKind.INT32, -1),
        fault("llama.block_count", "out of range", GgufKind.UINT64, -1L),
        fault("llama.block_count", "must be a whole number", GgufKind.FLOAT32, 4f),
        fault("llama.block_count", "must be a whole number", GgufKind.STRING, "4"),
        number(
            "llama.attention.head_count",
            3,
            "does not divide the 3 query heads",
            "llama.attention.head_count_kv"),
        number("llama.attention.head_count", 1L << 30, "too many", "llama.attention.key_length"),
        number("llama.vocab_size", 17, "is 17, but the token embedding has 16 rows"),
        number("llama.attention.value_length", 32, "than keys (16) are not supported"),
        number("llama.rope.dimension_count", 15, "not an even number up to the head size 16"),
        number("llama.rope.dimension_count", 18, "not an even number up to the head size 16"),
        fault("llama.rope.freq_base", "is not above 0", GgufKind.FLOAT32, 0f),
        fault("llama.rope.freq_base", "is not above 0", GgufKind.FLOAT32, -1f),
        fault("llama.rope.freq_base", "not finite", GgufKind.FLOAT32, Float.POSITIVE_INFINITY),
        fault("llama.rope.freq_base", "not finite", GgufKind.FLOAT64, 1e300),
        fault("llama.attention.layer_norm_rms_epsilon", "not finite", GgufKind.FLOAT32, Float.NaN),
        fault("llama.attention.layer_norm_rms_epsilon", "a number", GgufKind.BOOL, true),
        fault("general.architecture", "must be a text", GgufKind.UINT32, 7),
        fault("general.name", "must be a text", GgufKind.UINT32, 7));
  }

  private static Stream<Arguments> variants() {
    GgufWriter.Array perLayer = new GgufWriter.Array(GgufKind.UINT32, List.of(2, 2, 2, 2));
    return Stream.of(
        fault(
            "general.architecture",
            "the architecture mamba is not supported; supported: llama",
            GgufKind.STRING,
            "mamba"),
        fault("llama.rope.scaling.type", "RoPE scaled by ntk is", GgufKind.STRING, "ntk"),
        fault("llama.rope.scaling.factor", "-8.0 is not above 0", GgufKind.FLOAT32, -8f),
        fault("llama.rope.scale_linear", "-2.0 is not above 0", GgufKind.FLOAT32, -2f),
        number("llama.expert_count", 8, "mixtures of experts"),
        fault(
            "llama.attention.sliding_window_pattern",
            "must be a number, or true or false for each layer",
            GgufKind.ARRAY,
            perLayer),
        number("split.count", 3, "one of several parts"),
        fault(
            "llama.attention.head_count_kv",
            "a value for each layer is not supported",
            GgufKind.ARRAY,
            perLayer),
        Arguments.of(
            "llama.attention.head_count",
            "7 heads don't divide the width 64",
            (Consumer<GgufWriter>)
                writer ->
                    writer
                        .without("llama.attention.key_length")
                        .replace("llama.attention.head_count_kv", GgufKind.UINT32, 7)
                        .replace("llama.attention.head_count", GgufKind.UINT32, 7)));
  }

  private static Stream<Arguments> tensorFaults() {
    return Stream.of(
        tensorMissing("token_embd.weight"),
        tensorMissing("output_norm.weight"),
        tensorMissing("blk.2.attn_k.weight"),
        tensorMissing("blk.3.ffn_down.weight"),
        number("llama.block_count", 5, "lacks it", "tensor blk.4.attn_norm.weight"),
        number("llama.block_count", 0x7fffffffL, "more than the file's 38 tensors"),
        number("llama.block_count", 3, "has no place", "tensor blk.3.attn_norm.weight"),
        number(
            "llama.feed_forward_length",
            127,
            "has shape [128, 64] instead of [127, 64]",
            "tensor blk.0.ffn_gate.weight"),
        number(
            "llama.embedding_length",
            32,
            "has shape [16, 64] instead of [16, 32]",
            "tensor token_embd.weight"),
        extraTensor("rope_freqs.weight", "has shape [32], and RoPE has 8 pairs"),
        extraTensor("blk.0.attn_q.bias", "has shape [32] instead of [64]"),
        extraTensor("blk.0.ffn_gate_inp.weight", "mixtures of experts"),
        extraTensor("blk.0.attn_q_norm.weight", "has no place"),
        Arguments.of(
            "tensor blk.0.attn_norm.weight",
            "type 99 is not known; supported are F32",
            (Consumer<GgufWriter>)
                writer ->
                    writer
                        .withoutTensor("blk.0.attn_norm.weight")
                        .tensor("blk.0.attn_norm.weight", 99, new byte[64], 64)),
        Arguments.of(
            "tensor blk.0.attn_norm.weight",
            "has shape [1, 64] instead of [64]",
            (Consumer<GgufWriter>)
                writer ->
                    writer
                        .withoutTensor("blk.0.attn_norm.weight")
                        .tensor("blk.0.attn_norm.weight", TensorType.F32, new float[64], 1, 64)),
        Arguments.of(
            "tokenizer.ggml.tokens",
            "there are 17 tokens, but the token embedding has 16 rows",
            (Consumer<GgufWriter>) GgufModelTest::addToken));
  }

  private static void addToken(GgufWriter writer) {
    GgufWriter larger = MicroModel.defaults().withVocabulary(17).writer();
    for (String key : List.of("tokens", "token_type", "merges")) {
      writer.replaceFrom(larger, "tokenizer.ggml." + key);
    }
  }

  private static Arguments missing(String key) {
    return Arguments.of(
        key, "lacks this key", (Consumer<GgufWriter>) writer -> writer.without(key));
  }

  private static Arguments tensorMissing(String name) {
    return Arguments.of(
        "tensor " + name,
        "the file lacks it",
        (Consumer<GgufWriter>) writer -> writer.withoutTensor(name));
  }

  private static Arguments extraTensor(String name, String problem) {
    return Arguments.of(
        "tensor " + name,
        problem,
        (Consumer<GgufWriter>) writer -> writer.tensor(name, TensorType.F32, new float[32], 32));
  }

  private static Arguments number(String key, long value, String problem) {
    return number(key, value, problem, key);
  }

  private static Arguments number(String key, long value, String problem, String field) {
    return Arguments.of(
        field,
        problem,
        (Consumer<GgufWriter>) writer -> writer.replace(key, GgufKind.UINT32, value));
  }

  private static Arguments fault(String key, String problem, GgufKind kind, Object value) {
    return Arguments.of(
        key, problem, (Consumer<GgufWriter>) writer -> writer.replace(key, kind, value));
  }
}
