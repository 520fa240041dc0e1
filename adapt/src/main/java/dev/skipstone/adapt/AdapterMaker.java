package dev.skipstone.adapt;

import dev.skipstone.adapt.layer.DraftShape;
import dev.skipstone.adapt.layer.DraftVocabulary;
import dev.skipstone.adapt.text.Corpus;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.pass.PassRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Makes an S3D adapter from a corpus: the draft vocabulary is what its answers use most, training
 * goes on from a checkpoint if there is one, and what is held back judges the result. Not
 * thread-safe.
 */
public final class AdapterMaker implements AutoCloseable {
  /** Between two checkpoints. */
  private static final long PAUSE_NANOS = 60_000_000_000L;

  /** Texts of an evaluation: some thousands of drafts. */
  private static final int MOST_JUDGED = 80;

  private final AdapterPlan plan;
  private final Corpus corpus;
  private final PassRunner runner;
  private final Trainer trainer;

  /**
   * Prepares a training; nothing is written yet.
   *
   * @param engine of the target, with room for a sequence in its context
   * @param corpus that the target wrote
   * @param threads of the training's own steps
   * @throws IllegalArgumentException if the corpus is empty, or the plan does not fit the model
   */
  @SuppressWarnings("MustBeClosed") // close() does
  public AdapterMaker(Engine engine, Corpus corpus, AdapterPlan plan, int threads) {
    this.plan = plan;
    this.corpus = corpus;
    SequenceSource source =
        SequenceSource.shuffled(sequences(corpus.training()), plan.training().seed());
    HyperParameters sizes = engine.model().hyperParameters();
    DraftShape shape =
        new DraftShape(
            plan.kept(),
            plan.draftTokens(),
            plan.rank(),
            plan.bridgeRank(),
            DraftVocabulary.mostFrequent(corpus.counts(sizes.vocabulary()), plan.vocabulary()));
    runner = engine.openRunner();
    try {
      TrainingSettings training = plan.training();
      EngineTarget target =
          new EngineTarget(
              runner, sizes, plan.kept(), training.batch().maxTokens(), training.targetChoices());
      trainer = new Trainer(engine.model(), shape, target, source, training, threads);
    } catch (RuntimeException | Error e) {
      runner.close();
      throw e;
    }
  }

  /** A draft may start at the last token of a prompt: the next is the model's own. */
  private static List<TrainingSequence> sequences(List<Corpus.Sequence> texts) {
    return texts.stream()
        .map(text -> TrainingSequence.from(text.tokens(), text.answerStart() - 1))
        .toList();
  }

  /** Values that are trained. */
  public int parameters() {
    return trainer.parameters();
  }

  /**
   * Trains to the last step, or until the listener has enough, and saves a checkpoint once in a
   * while and at the end.
   *
   * @param checkpoint where the training goes on if the file is there
   * @return whether the last step is done
   * @throws IOException if the checkpoint can't be written
   * @throws dev.skipstone.model.ModelFileException if it is broken or of another training
   */
  public boolean train(Path checkpoint, TrainingListener listener) throws IOException {
    if (Files.exists(checkpoint)) {
      trainer.resume(checkpoint);
    }
    boolean going = true;
    while (going && trainer.step() < plan.training().steps()) {
      long end = System.nanoTime() + PAUSE_NANOS;
      boolean[] enough = new boolean[1];
      trainer.train(progress -> {
        enough[0] = !listener.stepDone(progress);
        return !enough[0] && System.nanoTime() < end;
      });
      trainer.saveCheckpoint(checkpoint);
      going = !enough[0];
    }
    return trainer.step() == plan.training().steps();
  }

  /** Judges the adapter as it stands, on texts that were held back. */
  public Evaluation evaluate() {
    List<Corpus.Sequence> texts = corpus.heldBack();
    return trainer.evaluate(sequences(texts.subList(0, Math.min(MOST_JUDGED, texts.size()))));
  }

  /**
   * Saves the adapter with its figures.
   *
   * @param file in a folder that exists; replaced
   * @throws IOException if it can't be written
   */
  public void save(Path file, Evaluation evaluation) throws IOException {
    trainer.saveAdapter(
        file,
        String.format(
            Locale.ROOT,
            "{\"sequences\":%d,\"steps\":%d,\"seed\":%d,\"held_back_drafts\":%d,"
                + "\"acceptance\":[%s],\"riding\":[%s],\"tokens_per_iteration\":%.4f}",
            corpus.training().size(),
            trainer.step(),
            plan.training().seed(),
            evaluation.drafts(),
            list(evaluation.acceptance()),
            list(evaluation.riding()),
            evaluation.tokensPerIteration(plan.draftTokens())));
  }

  private static String list(double[] shares) {
    return Arrays.stream(shares)
        .mapToObj(share -> String.format(Locale.ROOT, "%.4f", share))
        .collect(Collectors.joining(","));
  }

  @Override
  public void close() {
    trainer.close();
    runner.close();
  }
}
