package dev.skipstone.adapt;

/**
 * Where a training stands, after a step.
 *
 * @param step steps done
 * @param steps in all
 * @param loss of the step: the weighted mean of the rows' cross-entropy, in nats
 * @param acceptance for each i, how often rows 0 to i of a draft are all right: a moving average
 *     over the training's own drafts
 * @param riding the same of drafts by masks that ride in the verifying pass
 * @param learningRate of the step
 * @param gradientNorm of the step, before clipping
 * @param stepSeconds the step's time
 * @param tokensPerSecond tokens of text that the step went through, by its time
 */
@SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
public record TrainingProgress(
    int step,
    int steps,
    double loss,
    float[] acceptance,
    float[] riding,
    float learningRate,
    double gradientNorm,
    double stepSeconds,
    double tokensPerSecond) {}
