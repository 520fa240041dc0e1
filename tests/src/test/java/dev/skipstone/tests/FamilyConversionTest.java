package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.convert.GgufConversion;
import dev.skipstone.model.convert.MatrixType;
import dev.skipstone.model.testing.FamilyCheckpoint;
import dev.skipstone.runtime.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints of each family as GGUF files: what they compute stays what it is. */
final class FamilyConversionTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/hf");

  /** Its layers without RoPE are others than GGUF takes for granted. */
  private static final String UNSAID = "smollm3-chosen";

  @TempDir Path folder;

  static Stream<Path> golden() throws IOException {
    try (Stream<Path> folders = Files.list(GOLDEN)) {
      return folders.filter(Files::isDirectory).sorted().toList().stream();
    }
  }

  static List<FamilyCheckpoint> checkpoints() throws IOException {
    return FamilyCheckpoint.all().stream()
        .filter(checkpoint -> !checkpoint.name().equals(UNSAID))
        .toList();
  }

  private Path convert(Path model, Optional<MatrixType> type) throws IOException {
    Path file = folder.resolve("converted.gguf");
    try (Model opened = Model.open(model)) {
      GgufConversion.of(opened, type).write(file, true, (done, total, tensor) -> {});
      try (Model written = Model.open(file)) {
        assertThat(written.hyperParameters()).isEqualTo(opened.hyperParameters());
        assertThat(written.tiedOutput()).isEqualTo(opened.tiedOutput());
      }
    }
    return file;
  }

  @ParameterizedTest
  @MethodSource
  void golden(Path checkpoint) throws IOException {
    FamilyCheck check =
        new FamilyCheck(new ObjectMapper().readTree(checkpoint.resolve("expected.json").toFile()));
    try (Engine engine = FamilyCheck.load(convert(checkpoint, Optional.empty()), 2)) {
      check.assertLogits(engine);
      check.assertGreedy(engine);
    }
  }

  @ParameterizedTest
  @MethodSource
  void checkpoints(FamilyCheckpoint checkpoint) throws IOException {
    Path file = convert(checkpoint.write(folder.resolve("checkpoint")), Optional.empty());

    try (Engine engine = FamilyCheck.load(file, 2)) {
      new FamilyCheck(checkpoint.json()).assertLogits(engine);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"phi3-short", "granite4", "llama3-odd"})
  void shardsGiveTheSameFile(String name) throws IOException {
    FamilyCheckpoint checkpoint = FamilyCheckpoint.read(name);
    Optional<MatrixType> type = Optional.of(MatrixType.Q8_0);
    byte[] whole = Files.readAllBytes(convert(checkpoint.write(folder.resolve("a/model")), type));

    Path shards = checkpoint.writeShards(folder.resolve("b/model"), 3);

    assertThat(Files.readAllBytes(convert(shards, type))).isEqualTo(whole);
  }

  @Test
  void whatGgufCantSayIsRefused() throws IOException {
    Path checkpoint = FamilyCheckpoint.read(UNSAID).write(folder.resolve("checkpoint"));
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> convert(checkpoint, Optional.empty()))
        .withMessageContaining("RoPE: can't be written");
    assertThat(folder.resolve("converted.gguf")).doesNotExist();
  }

  @Test
  void quantizedItStaysNear() throws IOException {
    Path checkpoint = GOLDEN.resolve("qwen2-bias");
    FamilyCheck check =
        new FamilyCheck(new ObjectMapper().readTree(checkpoint.resolve("expected.json").toFile()));
    try (Engine engine = FamilyCheck.load(convert(checkpoint, Optional.of(MatrixType.Q8_0)), 2)) {
      assertThat(check.lastError(engine)).isLessThan(0.05);
    }
  }
}
