package dev.skipstone.runtime.draft;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.model.Model;
import dev.skipstone.model.testing.GgufKind;
import dev.skipstone.model.testing.GgufWriter;
import dev.skipstone.model.testing.MicroModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tells vocabularies apart is their content, and the first difference is named. */
class SharedVocabularyTest {
  private static final MicroModel MICRO = MicroModel.defaults().withLayers(1);

  @TempDir Path folder;
  private Model target;

  @BeforeEach
  void open() {
    target = Model.open(MICRO.write(folder.resolve("target.gguf")));
  }

  @AfterEach
  void close() {
    target.close();
  }

  @Test
  void modelsOfAllSizesMayShareOne() {
    Path file = MICRO.withLayers(3).withSizes(96, 64).withSeed(4).write(folder.resolve("b.gguf"));
    try (Model draft = Model.open(file)) {
      assertThatCode(() -> SharedVocabulary.check(target, draft)).doesNotThrowAnyException();
    }
  }

  @Test
  void anotherSize() {
    refused(MICRO.withVocabulary(287).writer(), "287 tokens there and 288 here");
  }

  @Test
  void anotherText() {
    List<String> tokens = new ArrayList<>();
    for (int id = 0; id < 288; id++) {
      tokens.add(target.tokenizer().token(id));
    }
    tokens.set(285, "<|other|>");
    tokens.set(287, "<|another|>");
    refused(
        with("tokens", GgufKind.STRING, tokens),
        "token 285 is '<|other|>' there and '<|unused_285|>' here");
  }

  @Test
  void aControlTokenThatIsNone() {
    List<Integer> types = new ArrayList<>(Collections.nCopies(288, 1));
    types.set(0, 3);
    types.set(2, 3);
    refused(
        with("token_type", GgufKind.INT32, types),
        "token 1, '<|im_start|>', is a control token here only");
  }

  @Test
  void anotherEnd() {
    GgufWriter writer = MICRO.writer().replace("tokenizer.ggml.eos_token_id", GgufKind.UINT32, 1);
    refused(writer, "the tokens that end an answer are [");
  }

  private static GgufWriter with(String key, GgufKind kind, List<?> values) {
    return MICRO
        .writer()
        .replace("tokenizer.ggml." + key, GgufKind.ARRAY, new GgufWriter.Array(kind, values));
  }

  private void refused(GgufWriter writer, String difference) {
    try (Model draft = Model.open(writer.write(folder.resolve("draft.gguf")))) {
      assertThatThrownBy(() -> SharedVocabulary.check(target, draft))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "the draft model draft.gguf has another vocabulary than target.gguf: " + difference)
          .hasMessageEndingWith("take a smaller model of the same family");
    }
  }
}
