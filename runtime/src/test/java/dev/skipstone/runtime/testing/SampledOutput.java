package dev.skipstone.runtime.testing;

import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.Generation;
import dev.skipstone.runtime.GenerationOptions;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.sampling.Sampler;
import dev.skipstone.runtime.sampling.Sampling;
import java.util.Arrays;
import java.util.List;

/**
 * What comes out of whole generations of a micro model, and the target's distribution of it, here
 * of the first three tokens, worked out from the engine's logits over the full path. Seeds are
 * fixed: a p-value is the same at every run on the same kind of machine.
 *
 * @param engine has {@link #model} loaded
 */
public record SampledOutput(Engine engine) {
  private static final int VOCABULARY = 8;
  private static final int TOKENS = 3;

  /** Every way of drafting. */
  public static final List<DraftMethod> METHODS =
      List.of(
          DraftMethod.none(),
          DraftMethod.skip(LayerPath.skipping(2, new int[] {1}, new int[] {1}), 2),
          DraftMethod.ngram(2),
          DraftMethod.uncontrolled(
              DraftMethod.skip(LayerPath.skipping(2, new int[] {1}, new int[] {1}), 2)),
          DraftMethod.uncontrolled(DraftMethod.ngram(2)));

  public static final Sampling PLAIN = Sampling.at(1.3f, 0);
  public static final Sampling FILTERED = new Sampling(1.5f, 6, 0.97f, 0.02f, 0);

  /** Pairs of tokens come up again, so that n-grams are found. */
  private static final int[] PROMPT = {
    3, 4, 5, 3, 5, 6, 3, 6, 7, 3, 7, 4, 3, 3, 5, 3, 0, 4, 3, 1, 4, 3
  };

  public static MicroModel model() {
    return MicroModel.defaults()
        .withVocabulary(VOCABULARY)
        .withLayers(2)
        .withSizes(32, 32)
        .withHeads(2, 1, 16)
        .withContext(32);
  }

  /**
   * What some generations gave.
   *
   * @param counts of each cell of {@link #exact}
   */
  @SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
  public record Outcome(long[] counts, int drafted, int accepted) {}

  /** The outcome with the seeds from 0 on. */
  public Outcome sample(DraftMethod method, Sampling rule, int rounds) {
    long[] counts = new long[cells()];
    int drafted = 0;
    int accepted = 0;
    try (Session session = engine.openSession()) {
      for (int seed = 0; seed < rounds; seed++) {
        // One more, so that the third can be drafted.
        Generation generation = session.generate(PROMPT, options(method, rule, seed, TOKENS + 1));
        generation.complete();
        counts[cell(generation.tokens())]++;
        drafted += generation.stats().drafted();
        accepted += generation.stats().accepted();
      }
    }
    return new Outcome(counts, drafted, accepted);
  }

  /** The tokens of one answer. */
  public int[] tokens(DraftMethod method, Sampling rule, long seed, int count) {
    try (Session session = engine.openSession()) {
      Generation generation = session.generate(PROMPT, options(method, rule, seed, count));
      generation.complete();
      return generation.tokens();
    }
  }

  private static GenerationOptions options(
      DraftMethod method, Sampling rule, long seed, int tokens) {
    return GenerationOptions.defaults()
        .withDraft(method)
        .withSampling(new Sampling(rule.temperature(), rule.topK(), rule.topP(), rule.minP(), seed))
        .withMaxTokens(tokens);
  }

  /** Probabilities of the first three tokens, or fewer where an end token comes first. */
  public double[] exact(Sampling rule) {
    double[] cells = new double[cells()];
    extend(rule, new int[0], 1, cells);
    return cells;
  }

  private void extend(Sampling rule, int[] answer, double probability, double[] cells) {
    boolean ended =
        answer.length > 0
            && engine.model().tokenizer().endTokens().contains(answer[answer.length - 1]);
    if (ended || answer.length == TOKENS) {
      cells[cell(answer)] += probability;
      return;
    }
    int[] all = Arrays.copyOf(PROMPT, PROMPT.length + answer.length);
    System.arraycopy(answer, 0, all, PROMPT.length, answer.length);
    float[][] logits = engine.logits(all, LayerPath.full(2), all.length - 1);
    float[] distribution = new float[VOCABULARY];
    // The filters themselves are tested with numbers worked out by hand.
    new Sampler(rule, VOCABULARY).distribution(new FixedLogits(logits), 0, distribution);
    for (int token = 0; token < VOCABULARY; token++) {
      if (distribution[token] > 0) {
        int[] longer = Arrays.copyOf(answer, answer.length + 1);
        longer[answer.length] = token;
        extend(rule, longer, probability * distribution[token], cells);
      }
    }
  }

  private static int cells() {
    return (VOCABULARY + 1) * (VOCABULARY + 1) * (VOCABULARY + 1);
  }

  private static int cell(int[] answer) {
    int cell = 0;
    for (int i = 0; i < TOKENS; i++) {
      cell = cell * (VOCABULARY + 1) + (i < answer.length ? answer[i] + 1 : 0);
    }
    return cell;
  }
}
