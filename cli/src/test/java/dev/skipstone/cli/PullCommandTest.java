package dev.skipstone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.model.hub.HubCache;
import dev.skipstone.model.hub.TestHub;
import dev.skipstone.model.testing.MicroModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PullCommandTest {
  @TempDir static Path folder;
  private static TestHub hub;

  @BeforeAll
  static void start() throws IOException {
    Path model = MicroModel.defaults().write(folder.resolve("micro.gguf"));
    hub = new TestHub().with("micro-F16.gguf", Files.readAllBytes(model));
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  @Test
  void aPulledModelAnswers() {
    Path cache = folder.resolve("cache");

    CommandRun pulled = pull("owner/name", cache);

    assertThat(pulled.status()).as(pulled.err()).isZero();
    Path file = Path.of(pulled.out().strip());
    assertThat(file).isReadable().hasFileName("micro-F16.gguf");
    assertThat(ModelOptions.pulled("owner/name:f16", new HubCache(cache))).contains(file);
    CommandRun answer =
        CommandRun.of("generate", "--model", "" + file, "--tokens", "5,6", "--max-tokens", "4");
    assertThat(answer.status()).as(answer.err()).isZero();
  }

  @Test
  void aModelThatIsNotThereIsTold() {
    HubCache empty = new HubCache(folder.resolve("empty"));

    assertThat(ModelOptions.pulled("no-reference", empty)).isEmpty();
    assertThatThrownBy(() -> ModelOptions.pulled("owner/name", empty))
        .isInstanceOf(FailedException.class)
        .hasMessageContaining("skipstone pull owner/name");
  }

  @ParameterizedTest
  @CsvSource({
    "owner/other, 1, no such repository",
    "owner/name:Q4, 1, no such file",
    "name, 2, owner/name",
    "../name, 2, owner/name"
  })
  void whatCanNotBePulledIsOneLine(String model, int status, String message) {
    CommandRun run = pull(model, folder.resolve("wrong"));

    assertThat(run.status()).isEqualTo(status);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines().findFirst().orElseThrow()).contains(message);
  }

  private static CommandRun pull(String model, Path cache) {
    return CommandRun.of("pull", "--endpoint", "" + hub.address(), "--cache", "" + cache, model);
  }
}
