package dev.skipstone.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.skipstone.adapt.layer.DraftVocabulary;
import dev.skipstone.adapt.layer.ThinnedModel;
import dev.skipstone.adapt.math.Workers;
import dev.skipstone.adapt.text.Corpus;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SublayerFinderTest {
  private static final int LAYERS = 4;
  private static final int[] ANCHORS = {2, 5, 6, 14};

  @TempDir Path folder;
  private Engine engine;

  @BeforeEach
  void open() {
    Path file = MicroModel.defaults().write(folder.resolve("micro.gguf"));
    engine = Engine.load(file, EngineOptions.defaults().withThreads(2).withContext(64));
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void aLossIsThatOfTheEnginesPasses() {
    int[][] texts = {tokens(20, 1), tokens(31, 2)};
    try (PassRunner runner = engine.openRunner();
        Workers workers = new Workers(2)) {
      int vocabulary = engine.model().hyperParameters().vocabulary();
      ThinnedModel model =
          new ThinnedModel(
              engine.model(), DraftVocabulary.all(vocabulary), ANCHORS.length, 64, workers);
      for (int[] text : texts) {
        LayerPath full = LayerPath.full(LAYERS);
        model.add(
            new EngineTarget(runner, engine.model().hyperParameters(), full, 64, 0).run(text),
            ANCHORS);
      }
      assertThat(model.loss()).isCloseTo(loss(runner, model.path(), texts), within(2e-3));
      for (int gone : new int[] {5, 2, 0}) {
        double without = model.lossWithout(gone);
        model.remove(gone);
        assertThat(model.has(gone)).isFalse();
        assertThat(without)
            .as("without %d", gone)
            .isCloseTo(loss(runner, model.path(), texts), within(2e-3))
            .isCloseTo(model.loss(), within(1e-9));
      }
      assertThat(model.path())
          .isEqualTo(LayerPath.skipping(LAYERS, new int[] {0, 1}, new int[] {2}));
    }
  }

  /** Over the keys and values of full passes, one row by the path. */
  private static double loss(PassRunner runner, LayerPath path, int[][] texts) {
    double sum = 0;
    float[] row = new float[288];
    for (int[] text : texts) {
      for (int anchor : ANCHORS) {
        runner.cache().truncate(0);
        int[] before = Arrays.copyOf(text, anchor);
        runner.run(Pass.withoutLogits(before, 0, LayerPath.full(LAYERS)));
        int[] last = {text[anchor]};
        Logits logits = runner.run(new Pass(last, anchor, path, new int[] {0}));
        logits.read(0, row);
        double max = row[0];
        for (float logit : row) {
          max = Math.max(max, logit);
        }
        double total = 0;
        for (float logit : row) {
          total += Math.exp(logit - max);
        }
        sum += max + Math.log(total) - row[text[anchor + 1]];
      }
    }
    return sum / texts.length / ANCHORS.length;
  }

  @Test
  void findsTheSameFromTheSameTextsAndDoesNotSearchTwice() throws IOException {
    Corpus corpus = corpus();
    SublayerFinder finder = new SublayerFinder(engine, corpus, 2);
    Path file = folder.resolve("sublayers.json");
    List<Integer> left = new ArrayList<>();
    LayerPath found = finder.find(3, 7, file, (count, loss) -> left.add(count)).orElseThrow();
    assertThat(found.sublayers()).isEqualTo(3);
    assertThat(left).containsExactly(7, 6, 5, 4, 3);

    SublayerFinder.Listener never =
        (count, loss) -> {
          throw new AssertionError("searched again");
        };
    assertThat(finder.find(3, 7, file, never)).contains(found);

    assertThat(finder.find(2, 7, file, (count, loss) -> true).orElseThrow().sublayers())
        .as("another search")
        .isEqualTo(2);
    Files.writeString(file, "{\"search\": 1}");
    assertThat(finder.find(3, 7, file, (count, loss) -> true)).contains(found);
  }

  @Test
  void aSearchThatIsEndedLeavesNothing() throws IOException {
    Path file = folder.resolve("sublayers.json");

    assertThat(new SublayerFinder(engine, corpus(), 2).find(2, 1, file, (count, loss) -> count > 5))
        .isEmpty();

    assertThat(file).doesNotExist();
  }

  @Test
  void thePapersPatternKeepsBothEnds() {
    int[] ends = {0, 1, 6, 7};
    assertThat(SublayerFinder.symmetric(8, 8)).isEqualTo(LayerPath.keeping(8, ends, ends));
    int[] more = {0, 1, 7};
    assertThat(SublayerFinder.symmetric(8, 7)).isEqualTo(LayerPath.keeping(8, more, more));
    assertThat(SublayerFinder.symmetric(8, 16)).isEqualTo(LayerPath.full(8));
  }

  private Corpus corpus() throws IOException {
    Path text = folder.resolve("text.txt");
    Files.writeString(text, "the cat sat on the mat and the dog on the log. ".repeat(40));
    return Corpus.ofText(List.of(text), engine.model(), 32);
  }

  private static int[] tokens(int count, long seed) {
    return new Random(seed).ints(count, 3, 288).toArray();
  }
}
