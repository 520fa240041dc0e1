package dev.skipstone.adapt;

import dev.skipstone.adapt.layer.DraftVocabulary;
import dev.skipstone.adapt.layer.TargetStates;
import dev.skipstone.adapt.layer.ThinnedModel;
import dev.skipstone.adapt.math.Workers;
import dev.skipstone.adapt.text.Corpus;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.PassRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Finds which sublayers a draft keeps: those without which the untrained model would guess the next
 * tokens of a few texts worst. On a small model these are not the first and last layers.
 */
public final class SublayerFinder {
  private static final int TEXTS = 12;
  private static final int ANCHORS = 32;

  /** The search asks which guess is better, for which frequent tokens will do. */
  private static final int VOCABULARY = 8192;

  private final Engine engine;
  private final Corpus corpus;
  private final int threads;

  /** Hears of the search. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Called for each sublayer that is left out.
     *
     * @param left how many are still kept
     * @param loss mean negative log-likelihood, in nats, of the next tokens as the rest guesses
     * @return whether to go on
     */
    boolean leftOut(int left, double loss);
  }

  /**
   * @param engine with room for a text in its context
   * @param corpus with texts to train on
   * @param threads of the search
   */
  public SublayerFinder(Engine engine, Corpus corpus, int threads) {
    this.engine = engine;
    this.corpus = corpus;
    this.threads = threads;
  }

  /**
   * The paper's pattern, to compare with: the first and the last layers, whole, as many of each as
   * there are of the other, or one more of the first.
   *
   * @param layers of the model
   * @param sublayers to keep at most, at least 2
   */
  public static LayerPath symmetric(int layers, int sublayers) {
    int kept = Math.min(layers, sublayers / 2);
    int last = layers - kept / 2;
    int[] list =
        IntStream.range(0, layers)
            .filter(layer -> layer < kept - kept / 2 || layer >= last)
            .toArray();
    return LayerPath.keeping(layers, list, list);
  }

  /**
   * Searches, unless that was done before.
   *
   * @param count sublayers to keep, at least 1
   * @param seed of the choice of texts
   * @param file where the outcome is kept; written whole or not at all
   * @return what a draft keeps; empty if the listener had enough before
   * @throws IOException if the file can't be read or written
   */
  public Optional<LayerPath> find(int count, long seed, Path file, Listener listener)
      throws IOException {
    String search =
        "%d sublayers of %s, seed %d, %d texts of %d tokens"
            .formatted(
                count,
                engine.model().fingerprint(),
                seed,
                corpus.training().size(),
                corpus.training().stream().mapToLong(text -> text.tokens().length).sum());
    Optional<LayerPath> before = FoundSublayers.read(file, search);
    if (before.isPresent()) {
      return before;
    }
    Optional<LayerPath> found = search(count, seed, listener);
    if (found.isPresent()) {
      FoundSublayers.of(search, found.get()).write(file);
    }
    return found;
  }

  private Optional<LayerPath> search(int count, long seed, Listener listener) {
    try (PassRunner runner = engine.openRunner();
        Workers workers = new Workers(threads)) {
      ThinnedModel model =
          new ThinnedModel(
              engine.model(),
              DraftVocabulary.mostFrequent(
                  corpus.counts(engine.model().hyperParameters().vocabulary()), VOCABULARY),
              ANCHORS,
              engine.context(),
              workers);
      addTexts(model, runner, new Random(seed));
      return SublayerSearch.shrink(shrinking(model), count, listener)
          ? Optional.of(model.path())
          : Optional.empty();
    }
  }

  private void addTexts(ThinnedModel model, PassRunner runner, Random random) {
    HyperParameters sizes = engine.model().hyperParameters();
    List<Corpus.Sequence> texts = new ArrayList<>(corpus.training());
    Collections.shuffle(texts, random);
    AnchorChoice choice = new AnchorChoice(engine.context());
    for (Corpus.Sequence text : texts.subList(0, Math.min(TEXTS, texts.size()))) {
      int[] tokens = Arrays.copyOf(text.tokens(), Math.min(text.tokens().length, engine.context()));
      TrainingSequence sequence = TrainingSequence.from(tokens, text.answerStart() - 1);
      int anchors = choice.choose(sequence.anchors(), tokens.length, ANCHORS, random);
      if (anchors > 0) {
        LayerPath full = LayerPath.full(sizes.layers());
        TargetStates states = new EngineTarget(runner, sizes, full, tokens.length, 0).run(tokens);
        model.add(states, Arrays.copyOf(choice.places(), anchors));
      }
    }
  }

  private static ShrinkingPath shrinking(ThinnedModel model) {
    return new ShrinkingPath() {
      @Override
      public int sublayers() {
        return model.sublayers();
      }

      @Override
      public double lossWithout(int sublayer) {
        return model.lossWithout(sublayer);
      }

      @Override
      public void remove(int sublayer) {
        model.remove(sublayer);
      }
    };
  }
}
