package dev.skipstone.adapt;

import dev.skipstone.adapt.layer.AnchorBatch;
import dev.skipstone.adapt.layer.DraftPath;
import dev.skipstone.adapt.layer.DraftShape;
import dev.skipstone.adapt.layer.TargetStates;
import dev.skipstone.adapt.math.Workers;
import dev.skipstone.model.Model;
import dev.skipstone.runtime.pass.InsufficientMemoryException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Trains a draft adapter: for each step, the target runs over a text and leaves keys and values,
 * the draft path guesses from many anchors of it at once, and the optimizer follows the loss'
 * gradient. What a step does depends on the settings, its number and the source only, so that a
 * training that was stopped and resumed ends with the same bits. Not thread-safe.
 */
public final class Trainer implements AutoCloseable {
  private final Model model;
  private final Target target;
  private final SequenceSource source;
  private final TrainingSettings settings;
  private final Workers workers;
  private final DraftPath draft;
  private final AdamW optimizer;
  private final AcceptanceEstimate acceptance;

  /** Of masks that ride. */
  private final AcceptanceEstimate riding;

  private final AnchorBatch batch;
  private final AnchorChoice choice;
  private final float[] weights;
  private int step;

  /**
   * Decodes the draft path's weights and begins a training.
   *
   * @param target the same model; it gives as many choices as the settings want
   * @param threads of the training steps; the target has its own, which rest meanwhile
   * @throws IllegalArgumentException if masks are to ride and there are none
   * @throws InsufficientMemoryException if what training needs is not free on the heap
   */
  public Trainer(
      Model model,
      DraftShape shape,
      Target target,
      SequenceSource source,
      TrainingSettings settings,
      int threads) {
    this.model = model;
    this.target = target;
    this.source = source;
    this.settings = settings;
    if (settings.riding() && shape.draftTokens() < 2) {
      throw new IllegalArgumentException("riding: a draft of one token has no masks");
    }
    int maxTokens = Math.min(settings.batch().maxTokens(), target.maxTokens());
    checkMemory(DraftPath.bytes(model, shape, settings.batch().anchors(), maxTokens, threads));
    workers = new Workers(threads);
    draft = new DraftPath(model, shape, settings.batch().anchors(), maxTokens, workers);
    draft.initialize(settings.seed());
    optimizer = new AdamW(draft.parameters(), workers);
    acceptance = new AcceptanceEstimate(shape.draftTokens());
    riding = new AcceptanceEstimate(settings.riding() ? shape.draftTokens() - 1 : 0);
    batch = new AnchorBatch(settings.batch().anchors(), shape.draftTokens());
    choice = new AnchorChoice(maxTokens);
    weights = new float[shape.draftTokens()];
  }

  private static void checkMemory(long asked) {
    Runtime heap = Runtime.getRuntime();
    long free = heap.maxMemory() - heap.totalMemory() + heap.freeMemory();
    if (asked > free) {
      throw new InsufficientMemoryException(
          "training",
          asked,
          free,
          "fewer kept sublayers or a smaller draft vocabulary take less, and -Xmx (in"
              + " SKIPSTONE_JAVA_OPTS) allows more");
    }
  }

  /** Steps done. */
  public int step() {
    return step;
  }

  /** Values that are trained. */
  public int parameters() {
    return draft.parameters().size();
  }

  /**
   * Trains to the last step, or until the listener has enough.
   *
   * @return whether the last step is done
   * @throws IllegalStateException if the loss is not a number any more
   */
  public boolean train(TrainingListener listener) {
    boolean going = true;
    while (going && step < settings.steps()) {
      going = listener.stepDone(trainStep());
    }
    return step == settings.steps();
  }

  private TrainingProgress trainStep() {
    long start = System.nanoTime();
    int sequences = settings.batch().sequences();
    double loss = 0;
    int tokens = 0;
    for (int i = 0; i < sequences; i++) {
      TrainingSequence sequence = source.sequence(step * sequences + i);
      int[] text = cut(sequence.tokens());
      tokens += text.length;
      loss += learn(text, sequence, new Random(settings.seed() * 31 + step * 977L + i));
    }
    if (!Double.isFinite(loss)) {
      throw new IllegalStateException(
          "the loss of step %d is %s: take a lower learning rate".formatted(step, loss));
    }
    float rate = settings.learningRate(step);
    TrainingSettings.Optimizer rules = settings.optimizer();
    double norm = optimizer.step(step, rate, rules.weightDecay(), rules.clip());
    draft.refresh();
    step++;
    double seconds = (System.nanoTime() - start) * 1e-9;
    return new TrainingProgress(
        step,
        settings.steps(),
        loss,
        acceptance.seen((settings.riding() ? (step + 1) / 2 : step) * sequences),
        riding.seen(step / 2 * sequences),
        rate,
        norm,
        seconds,
        tokens / seconds);
  }

  /** Whether the masks ride in the step: in every other one, so that they learn both. */
  private boolean rides() {
    return settings.riding() && step % 2 == 1;
  }

  private double learn(int[] text, TrainingSequence sequence, Random random) {
    int anchors =
        choice.choose(sequence.anchors(), text.length, settings.batch().anchors(), random);
    if (anchors == 0) {
      return 0;
    }
    TargetStates states = target.run(text);
    draft.load(states);
    batch.set(states, choice.places(), anchors, rides());
    float share = 1f / anchors / settings.batch().sequences();
    AcceptanceEstimate seen = rides() ? riding : acceptance;
    seen.weights(settings.loss().leastWeight(), share, weights);
    double loss = draft.learn(batch, weights, settings.loss().distillation());
    seen.add(batch, draft);
    return loss;
  }

  private int[] cut(int[] tokens) {
    return tokens.length <= choice.places().length
        ? tokens
        : Arrays.copyOf(tokens, choice.places().length);
  }

  /**
   * Measures the adapter as it stands on texts that it is not trained on.
   *
   * @param texts whose allowed anchors are all looked at
   */
  public Evaluation evaluate(List<TrainingSequence> texts) {
    int[] accepted = new int[draft.shape().draftTokens()];
    int[] ridden = new int[settings.riding() ? accepted.length - 1 : 0];
    int drafts = 0;
    int[] places = new int[batch.maxAnchors()];
    for (TrainingSequence sequence : texts) {
      int[] text = cut(sequence.tokens());
      int last = text.length - 1 - draft.shape().draftTokens();
      TargetStates states = target.run(text);
      draft.load(states);
      int place = sequence.anchors().nextSetBit(0);
      while (place >= 0 && place <= last) {
        int count = 0;
        while (count < places.length && place >= 0 && place <= last) {
          places[count++] = place;
          place = sequence.anchors().nextSetBit(place + 1);
        }
        batch.set(states, places, count);
        draft.guess(batch);
        drafts += AcceptanceEstimate.count(batch, draft, accepted);
        if (settings.riding()) {
          batch.set(states, places, count, true);
          draft.guess(batch);
          AcceptanceEstimate.count(batch, draft, ridden);
        }
      }
    }
    return Evaluation.of(drafts, accepted, ridden);
  }

  /**
   * Saves the training, whole or not at all.
   *
   * @param file in a folder that exists; replaced
   * @throws IOException if it can't be written
   */
  public void saveCheckpoint(Path file) throws IOException {
    checkpoint().write(file, step);
  }

  /**
   * Goes on from a saved training.
   *
   * @throws dev.skipstone.model.ModelFileException if the file can't be read, is broken, or is of
   *     another model or other settings
   */
  public void resume(Path file) {
    step = checkpoint().read(file);
    draft.refresh();
  }

  private Checkpoint checkpoint() {
    return new Checkpoint(
        model.fingerprint(),
        settings + " " + draft.shape(),
        draft.parameters(),
        optimizer,
        acceptance,
        riding);
  }

  /**
   * Saves the adapter as it stands, whole or not at all.
   *
   * @param file in a folder that exists; replaced
   * @param figures a JSON object that tells of the training
   * @throws IOException if it can't be written
   * @throws IllegalArgumentException if a value is too large for float16
   */
  public void saveAdapter(Path file, String figures) throws IOException {
    new AdapterWriter(model, draft, settings.riding()).write(file, figures);
  }

  DraftPath draft() {
    return draft;
  }

  @Override
  public void close() {
    workers.close();
  }
}
