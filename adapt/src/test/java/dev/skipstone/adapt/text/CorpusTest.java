package dev.skipstone.adapt.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.adapt.text.Corpus.Sequence;
import dev.skipstone.model.Model;
import dev.skipstone.model.testing.MicroModel;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
  @TempDir static Path folder;
  private static Model model;

  @BeforeAll
  static void open() {
    model = Model.open(MicroModel.defaults().withLayers(1).write(folder.resolve("micro.gguf")));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void everyTwentiethItemIsHeldBack() throws IOException {
    Path path = write("items.jsonl", model.fingerprint(), 60, 8);
    // As when another process is just writing it.
    Files.writeString(path, "{\"id\":60,\"ki", StandardOpenOption.APPEND);
    Corpus corpus = Corpus.read(path, model);
    assertThat(corpus.heldBack())
        .extracting(sequence -> sequence.tokens()[1])
        .containsExactly(19, 39, 59);
    assertThat(corpus.training()).as("the others but those dropped").hasSize(57 - 6);
    Sequence first = corpus.training().getFirst();
    assertThat(first.kind()).isEqualTo("ask");
    assertThat(first.tokens()).containsExactly(5, 0, 8, 9);
    assertThat(first.answerStart()).isEqualTo(2);
  }

  @Test
  void anotherModelsTextIsRefused() throws IOException {
    Path other = write("other.jsonl", "another", 1, 8);
    assertThatThrownBy(() -> Corpus.read(other, model))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("written by another model");
    Path large = write("large.jsonl", model.fingerprint(), 1, 288);
    assertThatThrownBy(() -> Corpus.read(large, model))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("item 0 has a token that is not in the vocabulary of 288");
  }

  private static Path write(String name, String fingerprint, int count, int token)
      throws IOException {
    Path path = folder.resolve(name);
    CorpusHeader header = new CorpusHeader(fingerprint, "requests", 1, 64, 64);
    try (CorpusFile file = CorpusFile.open(path, header, item -> {})) {
      for (int id = 0; id < count; id++) {
        int[] answer = {token, 9};
        CorpusItem item = new CorpusItem(id, "ask", true, Verdict.KEPT, new int[] {5, id}, answer);
        file.append(id % 10 == 4 ? item.dropped(Verdict.LOOP) : item);
      }
    }
    return path;
  }

  @Test
  void plainTextIsCutToSequences() throws IOException {
    Path one = Files.writeString(folder.resolve("one.txt"), "abcdefghij".repeat(2));
    Path two = Files.writeString(folder.resolve("two.txt"), "klm\nnop\n");
    Corpus corpus = Corpus.ofText(List.of(one, two), model, 9);
    assertThat(corpus.training())
        .allSatisfy(sequence -> assertThat(sequence.answerStart()).isEqualTo(1))
        .extracting(sequence -> model.tokenizer().decode(sequence.tokens()))
        .containsExactly("abcdefghi", "jabcdefgh", "ij\n", "klm\nnop\n");
    assertThat(corpus.heldBack()).isEmpty();
  }

  @Test
  void tokenIdsAreCutToSequences() {
    int[] longer = IntStream.range(0, 21).toArray();
    Corpus corpus = Corpus.ofTokens(List.of(longer, new int[] {7, 8}, new int[] {9}), 10);
    assertThat(corpus.training())
        .allSatisfy(sequence -> assertThat(sequence.answerStart()).isEqualTo(1))
        .extracting(sequence -> sequence.tokens().length + " from " + sequence.tokens()[0])
        .containsExactly("10 from 0", "10 from 10", "2 from 7");
    assertThatThrownBy(() -> Corpus.ofTokens(List.of(new int[] {9}), 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none has 2 tokens");
  }

  @Test
  void textThatIsNoneIsRefused() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.txt"), "");
    assertThatThrownBy(() -> Corpus.ofText(List.of(empty), model, 64))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no text");
    Path binary = Files.write(folder.resolve("binary.txt"), new byte[] {(byte) 0xff, 1});
    assertThatThrownBy(() -> Corpus.ofText(List.of(binary), model, 64))
        .isInstanceOf(CharacterCodingException.class);
  }
}
