package dev.skipstone.adapt;

/**
 * How an adapter is trained. Numbers out of range are refused with an {@link
 * IllegalArgumentException}.
 *
 * @param steps of the optimizer
 * @param seed of where training starts and which anchors it takes
 * @param riding whether masks learn to ride in verifying passes ({@link
 *     dev.skipstone.runtime.pass.Pass#riding}) in every other step
 */
public record TrainingSettings(
    int steps, Batch batch, Optimizer optimizer, Loss loss, long seed, boolean riding) {

  /**
   * What a step looks at.
   *
   * @param anchors drafts of one sequence, at most 4096
   * @param sequences of a step
   * @param maxTokens tokens of a sequence; what is longer is cut
   */
  public record Batch(int anchors, int sequences, int maxTokens) {
    public Batch {
      check("anchors", anchors >= 1 && anchors <= 4096);
      check("sequences", sequences >= 1);
      check("tokens of a sequence", maxTokens >= 2);
    }
  }

  /**
   * How a step is made.
   *
   * @param learningRate the highest
   * @param warmUp steps in which the learning rate rises to it
   * @param finalShare the last learning rate, as a share of the highest
   * @param weightDecay of low-rank matrices, by AdamW's rule (arXiv 1711.05101)
   * @param clip the most that the gradient's norm may be
   */
  public record Optimizer(
      float learningRate, int warmUp, float finalShare, float weightDecay, float clip) {
    public Optimizer {
      check("learning rate", learningRate > 0 && learningRate < 1);
      check("warm-up", warmUp >= 0);
      check("final share of the learning rate", finalShare >= 0 && finalShare <= 1);
      check("weight decay", weightDecay >= 0 && weightDecay < 1);
      check("clipping norm", clip > 0);
    }

    public Optimizer withLearningRate(float rate) {
      return new Optimizer(rate, warmUp, finalShare, weightDecay, clip);
    }
  }

  /**
   * What is made small.
   *
   * @param leastWeight the least weight of a row's loss, which otherwise is the share of drafts in
   *     which all rows before it were right
   * @param distillation share of the loss that is against the target's probabilities, 0 to 1
   * @param choices most probable tokens of the target that distillation looks at, at most 256
   */
  public record Loss(float leastWeight, float distillation, int choices) {
    public Loss {
      check("least weight", leastWeight >= 0 && leastWeight <= 1);
      check("distillation", distillation >= 0 && distillation <= 1);
      check("choices", choices >= 1 && choices <= 256);
    }
  }

  public TrainingSettings {
    check("steps", steps >= 1);
  }

  private static void check(String name, boolean inRange) {
    if (!inRange) {
      throw new IllegalArgumentException(name + " of the training: out of range");
    }
  }

  /** 2000 steps of 128 anchors of one sequence, at a learning rate of 0.002. */
  public static TrainingSettings defaults() {
    return new TrainingSettings(
        2000,
        new Batch(128, 1, 512),
        new Optimizer(2e-3f, 50, 0.02f, 0.01f, 1),
        new Loss(0.1f, 0, 16),
        1,
        false);
  }

  public TrainingSettings withSteps(int count) {
    return new TrainingSettings(count, batch, optimizer, loss, seed, riding);
  }

  public TrainingSettings withBatch(Batch other) {
    return new TrainingSettings(steps, other, optimizer, loss, seed, riding);
  }

  public TrainingSettings withOptimizer(Optimizer other) {
    return new TrainingSettings(steps, batch, other, loss, seed, riding);
  }

  public TrainingSettings withLoss(Loss other) {
    return new TrainingSettings(steps, batch, optimizer, other, seed, riding);
  }

  public TrainingSettings withSeed(long number) {
    return new TrainingSettings(steps, batch, optimizer, loss, number, riding);
  }

  public TrainingSettings withRiding(boolean ride) {
    return new TrainingSettings(steps, batch, optimizer, loss, seed, ride);
  }

  /** Next tokens that the target has to tell of each position. */
  public int targetChoices() {
    return loss.distillation() > 0 ? loss.choices() : 0;
  }

  /**
   * The learning rate of a step: a linear rise, then half a cosine (arXiv 1608.03983).
   *
   * @param step from 0
   */
  float learningRate(int step) {
    int warmUp = Math.min(optimizer.warmUp(), steps / 10);
    if (step < warmUp) {
      return optimizer.learningRate() * (step + 1) / (warmUp + 1);
    }
    double progress = (double) (step - warmUp) / (steps - warmUp);
    double cosine = (1 + StrictMath.cos(Math.PI * progress)) / 2;
    double share = optimizer.finalShare() + (1 - optimizer.finalShare()) * cosine;
    return (float) (optimizer.learningRate() * share);
  }
}
