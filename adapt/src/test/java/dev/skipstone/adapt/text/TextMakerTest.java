package dev.skipstone.adapt.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.sampling.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextMakerTest {
  private static final TextSettings SETTINGS = new TextSettings(300, 3, 120, 24, 4);
  private static final Grammar GRAMMAR =
      Grammar.parse(
          """
          own 2 continued prose
            <nothing> | How
          sum 4 facts
            <number 2 999> + <number 2 999>?
          again 2
            Really: <question>
          further 1 follow-up
            Why <number 2 999>?
          plain 1 raw
            <number 2 999>
          """);

  @TempDir static Path folder;
  private static Engine engine;

  @BeforeAll
  static void load() {
    Path file = MicroModel.defaults().withLayers(2).write(folder.resolve("micro.gguf"));
    engine = Engine.load(file, EngineOptions.defaults().withThreads(2));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @Test
  void aRunMakesItemsOfEveryKind() throws IOException {
    Path path = folder.resolve("whole.jsonl");
    List<TextProgress> told = new ArrayList<>();
    new TextMaker(engine, GRAMMAR, SETTINGS, path, told::add).run();
    assertThat(told).as("once at the start, then for each item").hasSize(301);
    TextProgress progress = told.getLast();
    assertThat(progress.items()).isEqualTo(300);
    assertThat(progress.byKind()).containsKeys("own", "sum", "plain");
    assertThat(progress.count(Verdict.KEPT)).isGreaterThan(100);
    List<CorpusItem> items = items(path);
    assertThat(items)
        .extracting(CorpusItem::id)
        .isEqualTo(IntStream.range(0, 300).boxed().toList());
    long kept = items.stream().filter(CorpusItem::kept).count();
    assertThat(progress.count(Verdict.KEPT)).isEqualTo((int) kept);
    assertThat(items.stream().filter(CorpusItem::greedy).count()).isBetween(215L, 265L);
    for (CorpusItem item : items) {
      assertThat(item.prompt().length).isLessThanOrEqualTo(120);
      assertThat(item.answer().length).isLessThanOrEqualTo(24);
    }
  }

  @Test
  void anInterruptedRunGoesOnToTheSameText() throws IOException {
    Path whole = folder.resolve("at-once.jsonl");
    new TextMaker(engine, GRAMMAR, SETTINGS, whole, progress -> {}).run();
    Path pieces = folder.resolve("in-pieces.jsonl");
    TextSettings one = SETTINGS.withParallel(1);
    stopAfter(40, SETTINGS, pieces);
    Files.writeString(pieces, Files.readString(pieces) + "{\"id\":");
    stopAfter(41, one, pieces);
    // Into the second round, whose requests are about what the first one wrote.
    stopAfter(270, one, pieces);
    stopAfter(290, SETTINGS.withItems(290), pieces);
    stopAfter(1_000, SETTINGS, pieces);
    assertThat(Files.readString(pieces)).isEqualTo(Files.readString(whole));
    assertThat(Files.readString(whole)).contains("\"again\"");
  }

  private static void stopAfter(int items, TextSettings settings, Path path) throws IOException {
    TextMaker[] maker = new TextMaker[1];
    maker[0] =
        new TextMaker(
            engine,
            GRAMMAR,
            settings,
            path,
            progress -> {
              if (progress.items() == items) {
                maker[0].cancel();
              }
            });
    maker[0].run();
  }

  @Test
  void manyAtOnceWriteWhatASessionWrites() throws IOException {
    List<WritingTask> tasks = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      int[] prompt = engine.encodeText("Question " + "x".repeat(i * 3) + i);
      Sampling sampling = i % 2 == 0 ? Sampling.greedy() : new Sampling(0.9f, 0, 1, 0.05f, i);
      tasks.add(new WritingTask(prompt, sampling, 5 + i));
    }
    Map<Integer, int[]> expected = new TreeMap<>();
    try (AnswerWriter writer = new SessionWriter(engine)) {
      writer.write(tasks, expected::put, () -> false);
    }
    assertThat(expected).hasSize(40);
    try (AnswerWriter writer = new BatchWriter(engine, engine.openBatch(7).orElseThrow())) {
      for (int round = 0; round < 2; round++) {
        Map<Integer, int[]> actual = new TreeMap<>();
        writer.write(tasks, actual::put, () -> false);
        assertThat(actual).hasSize(40);
        actual.forEach(
            (task, tokens) -> assertThat(tokens).as("task %d", task).isEqualTo(expected.get(task)));
      }
    }
  }

  @Test
  void whatCantWorkIsRefusedBeforeAnythingIsWritten() {
    Path path = folder.resolve("never.jsonl");
    assertThatThrownBy(() ->
            new TextMaker(engine, GRAMMAR, SETTINGS.withMaxAnswerTokens(200), path, progress -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("320 tokens don't fit in a context of 256");
    assertThat(path).doesNotExist();
  }

  private static List<CorpusItem> items(Path path) throws IOException {
    List<CorpusItem> items = new ArrayList<>();
    CorpusJson.read(path, false, header -> {}, items::add);
    return items;
  }
}
