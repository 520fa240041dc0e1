package dev.skipstone.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ModelFileExceptionTest {
  @Test
  void saysWhereAndWhat() {
    ModelFileException e = new ModelFileException(Path.of("m.gguf"), "magic", 4, "is wrong");

    assertThat(e).hasMessage("m.gguf: magic at byte 4: is wrong");
    assertThat(e.file()).isEqualTo(Path.of("m.gguf"));
    assertThat(e.field()).isEqualTo("magic");
    assertThat(e.offset()).isEqualTo(4);
  }

  @Test
  void leavesOutAnOffsetThatThereIsNot() {
    assertThat(
            new ModelFileException(
                Path.of("m.gguf"), "file", ModelFileException.NO_OFFSET, "does not exist"))
        .hasMessage("m.gguf: file: does not exist");
  }

  @Test
  void isOneLineWhateverTheFileSays() {
    String name = "a\nb\u001b[2J\u2028\u202e" + "x".repeat(10_000);

    String message = new ModelFileException(Path.of("m"), name, 0, "bad\r\n").getMessage();

    assertThat(message)
        .hasSizeLessThan(200)
        .doesNotContainPattern("[\\p{Cntrl}\\u2028\\u202e]")
        .contains("…");
  }
}
