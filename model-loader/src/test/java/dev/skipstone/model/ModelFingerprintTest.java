package dev.skipstone.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.testing.GgufKind;
import dev.skipstone.model.testing.GgufWriter;
import dev.skipstone.model.testing.MicroModel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same for all files of a model, and different for different models. */
final class ModelFingerprintTest {
  private static final MicroModel MICRO = MicroModel.defaults().withLayers(2);

  @TempDir Path folder;

  @Test
  void isTheSameInEveryType() {
    // Sizes that every type can have.
    MicroModel micro = MICRO.withMatrices(TensorType.Q4_K);
    String expected = fingerprint(micro.writer());
    assertThat(expected).matches("[0-9a-f]{64}");
    for (TensorType type : TensorType.values()) {
      assertThat(fingerprint(micro.withMatrices(type).writer())).as("%s", type).isEqualTo(expected);
    }
  }

  @Test
  void differsWithNormsSizesAndTokens() {
    String other = fingerprint(MICRO.writer());
    assertThat(fingerprint(MICRO.withSeed(2).writer())).isNotEqualTo(other);
    assertThat(fingerprint(MICRO.withContext(128).writer())).isNotEqualTo(other);
    GgufWriter base = MICRO.writer().replace("llama.rope.freq_base", GgufKind.FLOAT32, 1e5f);
    assertThat(fingerprint(base)).isNotEqualTo(other);
    assertThat(fingerprint(MICRO.withVocabulary(289).writer())).isNotEqualTo(other);
  }

  @Test
  void takesNoNoticeOfTheName() {
    GgufWriter renamed = MICRO.writer().replace("general.name", GgufKind.STRING, "other");
    assertThat(fingerprint(renamed)).isEqualTo(fingerprint(MICRO.writer()));
  }

  private String fingerprint(GgufWriter writer) {
    try (Model model = Model.open(writer.write(folder.resolve("micro.gguf")))) {
      String fingerprint = model.fingerprint();
      assertThat(model.fingerprint()).isSameAs(fingerprint);
      return fingerprint;
    }
  }
}
