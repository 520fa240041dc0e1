package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.cli.CommandRun;
import dev.skipstone.model.safetensors.SafetensorsFile;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.adapter.DraftAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code skipstone adapt} from end to end on a micro model. */
final class AdaptCommandTest {
  @TempDir private Path folder;
  private Path model;
  private Path adapter;
  private Path text;

  @BeforeEach
  void write() throws IOException {
    model = MicroModel.defaults().write(folder.resolve("micro.gguf"));
    adapter = folder.resolve("micro.s3d.safetensors");
    text = Files.writeString(folder.resolve("text.txt"), "a stone skips over water. ".repeat(200));
  }

  @Test
  void theAdapterDraftsWhatPlainDecodingWrites() {
    byte[] before = bytes(model);

    CommandRun made = adapt("--text", text.toString());

    assertThat(made.status()).as(made.err()).isZero();
    assertThat(made.out()).contains(adapter.toString(), "tokens an iteration");
    assertThat(bytes(model)).as("the model's file").isEqualTo(before);
    String[] ask = {"generate", "--prompt", "hello", "--max-tokens", "40", "--model", "" + model};
    CommandRun plain = CommandRun.of(with(ask, "--draft", "none"));
    assertThat(plain.status()).as(plain.err()).isZero();
    assertThat(CommandRun.of(with(ask, "--draft", "s3d")).out()).isEqualTo(plain.out());
  }

  @Test
  void theModelWritesItsOwnText() {
    CommandRun made = adapt("--items", "12");

    assertThat(made.status()).as(made.err()).isZero();
    assertThat(made.err()).contains("12 of 12");
    assertThat(adapter).exists();
  }

  @Test
  void whatADraftKeepsIsFoundOrGiven() throws IOException {
    String[] common = {
      "adapt", "--model", "" + model, "--steps", "1", "--rank", "2", "--text", "" + text
    };

    assertThat(CommandRun.of(common).err()).contains("sublayers left out: 6 of 6");
    assertThat(kept(adapter)).as("a third of the sublayers").isEqualTo(2);
    Files.delete(folder.resolve("micro.s3d.safetensors.adapt/training.safetensors"));
    assertThat(CommandRun.of(with(common, "--sublayers", "3")).status()).isZero();
    assertThat(kept(adapter)).isEqualTo(3);
    Files.delete(folder.resolve("micro.s3d.safetensors.adapt/training.safetensors"));
    assertThat(CommandRun.of(with(common, "--kept", "symmetric", "--sublayers", "4")).status())
        .isZero();
    assertThat(metadata(adapter, "attention")).isEqualTo("0,3");
    Files.delete(folder.resolve("micro.s3d.safetensors.adapt/training.safetensors"));
    assertThat(CommandRun.of(with(common, "--kept-attention", "1,2", "--kept-mlp", "3")).status())
        .isZero();
    assertThat(metadata(adapter, "attention") + " " + metadata(adapter, "mlp")).isEqualTo("1-2 3");
  }

  private static int kept(Path adapter) {
    try (DraftAdapter trained = DraftAdapter.open(adapter)) {
      return trained.path(4).sublayers();
    }
  }

  private static String metadata(Path adapter, String key) {
    try (SafetensorsFile file = SafetensorsFile.open(adapter)) {
      return file.metadata().get(key);
    }
  }

  @Test
  void theSameCommandEndsWithTheSameAdapter() throws IOException {
    adapt("--text", text.toString());
    byte[] first = bytes(adapter);
    Files.delete(adapter);

    CommandRun again = adapt("--text", text.toString());

    assertThat(again.status()).as(again.err()).isZero();
    assertThat(bytes(adapter)).isEqualTo(first);
  }

  @Test
  void anAdapterFromElsewhereStays() throws IOException {
    Files.writeString(adapter, "precious");

    refused(1, "--out", "--text", text.toString());

    assertThat(adapter).hasContent("precious");
  }

  @Test
  void anotherTrainingDoesNotGoOnFromACheckpoint() {
    adapt("--text", text.toString());

    refused(1, "other settings", "--text", text.toString(), "--rank", "3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--kept 9",
        "--kept x",
        "--kept-attention 1",
        "--kept-mlp 1",
        "--kept-attention 1 --kept-mlp 1",
        "--sublayers 3",
        "--sublayers 9 --kept symmetric",
        "--kind s2d",
        "--rank 0",
        "--draft-tokens 9",
        "--steps 0",
        "--items 0",
        "--vocabulary 31",
        "--backend tornado",
        "--tokens one --text two",
      })
  void wrongUsage(String options) {
    refused(2, options.substring(0, options.indexOf(' ')), options.split(" ", -1));
    assertThat(adapter).doesNotExist();
  }

  @Test
  void filesThatCanNotBeUsed() throws IOException {
    refused(1, "no such file", "--text", folder.resolve("none").toString());
    Path ids = Files.writeString(folder.resolve("ids"), "1,2\n3,four\n");
    refused(2, "line 2", "--tokens", ids.toString());
    Files.writeString(ids, "1,2,288\n");
    refused(2, "line 1: token 288", "--tokens", ids.toString());
    Files.writeString(ids, "1,2,3\n");
    refused(1, "no text to train on: none has", "--tokens", ids.toString());
    Path empty = Files.writeString(folder.resolve("empty"), "");
    refused(1, "no text", "--text", empty.toString());
    Path work = Files.createDirectories(folder.resolve("micro.s3d.safetensors.adapt"));
    Files.writeString(work.resolve("texts-1.jsonl"), "not JSON\n");
    refused(1, "line 1");
    Files.writeString(work.resolve("training.safetensors"), "cut");
    refused(1, "training.safetensors", "--text", text.toString());
    assertThat(adapter).doesNotExist();
  }

  private CommandRun adapt(String... options) {
    String[] common = {
      "adapt", "--model", "" + model, "--kept", "0,3", "--steps", "3", "--rank", "2"
    };
    return CommandRun.of(with(common, options));
  }

  private void refused(int status, String message, String... options) {
    CommandRun run = adapt(options);

    assertThat(run.status()).as(run.err()).isEqualTo(status);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines().filter(line -> line.startsWith("skipstone")))
        .as(run.err())
        .singleElement()
        .asString()
        .contains(message);
    assertThat(run.err()).doesNotContain("\tat ");
  }

  /** The options behind the command; of one that is there twice the last one stays. */
  private static String[] with(String[] command, String... options) {
    List<String> all = new ArrayList<>(List.of(command));
    for (int i = 0; i < options.length; i += 2) {
      int there = all.indexOf(options[i]);
      if (there >= 0) {
        all.subList(there, there + 2).clear();
      }
      all.add(options[i]);
      all.add(options[i + 1]);
    }
    return all.toArray(new String[0]);
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
