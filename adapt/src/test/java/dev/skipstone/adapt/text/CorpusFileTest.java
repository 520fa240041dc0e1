package dev.skipstone.adapt.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusFileTest {
  private static final CorpusHeader HEADER = new CorpusHeader("model", "requests", 5, 64, 32);

  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void name() {
    path = folder.resolve("corpus.jsonl");
  }

  @Test
  void itemsAreReadAsTheyWereWritten() throws IOException {
    write(item(0), item(1).dropped(Verdict.LOOP), item(2));
    assertThat(Files.readAllLines(path).get(1))
        .isEqualTo(
            "{\"id\":0,\"kind\":\"ask\",\"greedy\":true,\"prompt_tokens\":[0,1],\"answer_tokens\":[2,3]}");
    List<CorpusItem> items = open(HEADER);
    assertThat(items).hasSize(3);
    assertThat(items.get(1).verdict()).isEqualTo(Verdict.LOOP);
    assertThat(items.get(2).prompt()).containsExactly(2, 1);
    assertThat(items.get(2).answer()).containsExactly(2, 3);
    assertThat(items.get(2).greedy()).isFalse();
  }

  @Test
  void aHalfLineIsCutOffWhenTheFileIsOpenedAgain() throws IOException {
    write(item(0), item(1));
    String whole = Files.readString(path);
    String half = CorpusJson.line(item(2)).substring(0, 30);
    Files.writeString(path, half, StandardOpenOption.APPEND);
    assertThat(open(HEADER)).hasSize(2);
    assertThat(Files.readString(path)).isEqualTo(whole);
    // A line longer than what is read at once.
    Files.writeString(path, "{" + "1".repeat(200_000), StandardOpenOption.APPEND);
    write(item(2));
    assertThat(Files.readString(path)).isEqualTo(whole + CorpusJson.line(item(2)) + "\n");
  }

  @Test
  void aHalfHeaderIsWrittenAgain() throws IOException {
    Files.writeString(path, "{\"skipstone");
    assertThat(open(HEADER)).isEmpty();
    assertThat(Files.readString(path)).isEqualTo(CorpusJson.line(HEADER) + "\n");
  }

  @Test
  void otherSettingsAndModelsAreRefused() throws IOException {
    write(item(0));
    String whole = Files.readString(path);
    refused(new CorpusHeader("model", "requests", 6, 64, 32), "other settings (seed 5, prompts");
    refused(new CorpusHeader("model", "others", 5, 64, 32), "other templates");
    refused(new CorpusHeader("other", "requests", 5, 64, 32), "another model");
    assertThat(Files.readString(path)).isEqualTo(whole);
  }

  @Test
  void aBrokenLineIsNamed() throws IOException {
    String header = CorpusJson.line(HEADER) + "\n";
    broken("hello\n", "line 1 is not JSON");
    broken("{\"id\":0}\n", "line 1 is not the header");
    broken(header + "{\"id\":0\n", "line 2 is not JSON");
    broken(header + CorpusJson.line(item(1)) + "\n", "line 2 has id 1 where 0 is to come");
    String line = CorpusJson.line(item(0)) + "\n";
    broken(header + line.replace("[2,3]", "[2,-3]"), "\"answer_tokens\" that is not of token ids");
    broken(header + line.replace("[0,1]", "[]"), "line 2 has no \"prompt_tokens\"");
    broken(header + line.replace("true", "1"), "line 2 has no \"greedy\"");
  }

  private void broken(String text, String problem) throws IOException {
    Files.writeString(path, text);
    refused(HEADER, problem);
  }

  private void refused(CorpusHeader header, String problem) {
    assertThatThrownBy(() -> open(header))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining(problem);
  }

  private static CorpusItem item(int id) {
    return new CorpusItem(id, "ask", id == 0, Verdict.KEPT, new int[] {id, 1}, new int[] {2, 3});
  }

  private void write(CorpusItem... items) throws IOException {
    try (CorpusFile file = CorpusFile.open(path, HEADER, item -> {})) {
      for (CorpusItem item : items) {
        file.append(item);
      }
    }
  }

  private List<CorpusItem> open(CorpusHeader header) throws IOException {
    List<CorpusItem> items = new ArrayList<>();
    CorpusFile.open(path, header, items::add).close();
    return items;
  }
}
