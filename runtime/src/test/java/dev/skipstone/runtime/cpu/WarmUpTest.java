package dev.skipstone.runtime.cpu;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.skipstone.model.Model;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.testing.MicroModel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nobody waits for the warm-up, so that a failure of it would go unseen. */
class WarmUpTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void itsModelTakesEveryType(TensorType type) {
    runs(MicroModel.defaults().withMatrices(type));
  }

  @Test
  void itsModelTakesHeadsOfItsOwnSize() {
    runs(MicroModel.defaults().withHeads(6, 2, 48).withTiedOutput(false));
  }

  private void runs(MicroModel micro) {
    try (Model model = Model.open(micro.write(folder.resolve("micro.gguf")))) {
      assertThatCode(() -> new WarmUp().run(model, true, 1)).doesNotThrowAnyException();
    }
  }
}
