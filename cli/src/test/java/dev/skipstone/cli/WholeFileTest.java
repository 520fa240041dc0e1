package dev.skipstone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WholeFileTest {
  @TempDir Path folder;

  @Test
  void whatWasThereStaysWhereWritingFails() throws IOException {
    Path target = Files.writeString(folder.resolve("file"), "before");
    WholeFile file = new WholeFile("--out", target);

    assertThatExceptionOfType(FailedException.class)
        .isThrownBy(() ->
            file.write(part -> {
              Files.writeString(part, "half");
              throw new IOException("no space");
            }))
        .withMessage(target + ": can't be written: no space");
    assertThat(target).hasContent("before");
    assertThat(folder)
        .isDirectoryContaining(target::equals)
        .isDirectoryNotContaining("glob:**.part");

    file.write(part -> Files.writeString(part, "after"));
    assertThat(target).hasContent("after");
  }

  @Test
  void placesThatCantHoldAFileAreErrors() {
    assertThatExceptionOfType(FailedException.class)
        .isThrownBy(() -> new WholeFile("--out", folder))
        .withMessageContaining("is a folder; --out takes a file");
    assertThatExceptionOfType(FailedException.class)
        .isThrownBy(() -> new WholeFile("--out", folder.resolve("none/file")))
        .withMessageContaining("there is no folder");
  }
}
