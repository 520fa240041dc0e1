package dev.skipstone.adapt;

import dev.skipstone.adapt.layer.TargetStates;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The frozen model on the engine: full passes over a sequence in chunks, whose keys and values are
 * read from the KV cache, as drafting will find them.
 */
public final class EngineTarget implements Target {
  private final PassRunner runner;
  private final LayerPath full;
  private final TargetStates states;
  private final MostProbable mostProbable;

  /**
   * @param runner that is used for nothing else; to be closed by the caller, afterwards
   * @param kept whose attention sublayers' keys and values are wanted
   * @param maxTokens of a sequence; cut to the runner's context
   * @param choices most probable next tokens of each position, for distillation; 0 for none, which
   *     saves the output
   */
  public EngineTarget(
      PassRunner runner, HyperParameters sizes, LayerPath kept, int maxTokens, int choices) {
    this.runner = runner;
    full = LayerPath.full(sizes.layers());
    states = new TargetStates(sizes, kept, Math.min(maxTokens, runner.cache().capacity()), choices);
    mostProbable = new MostProbable(sizes.vocabulary(), choices);
  }

  @Override
  public int maxTokens() {
    return states.capacity();
  }

  @Override
  public TargetStates run(int[] tokens) {
    if (tokens.length == 0) {
      throw new IllegalArgumentException("a sequence without tokens");
    }
    states.begin(tokens);
    runner.cache().truncate(0);
    runner.expect(tokens.length);
    int chunk =
        states.choices() == 0
            ? runner.maxRows()
            : Math.min(runner.maxRows(), runner.maxLogitRows());
    for (int start = 0; start < tokens.length; start += chunk) {
      int[] part = Arrays.copyOfRange(tokens, start, Math.min(tokens.length, start + chunk));
      if (states.choices() == 0) {
        runner.run(Pass.withoutLogits(part, start, full));
      } else {
        int[] rows = IntStream.range(0, part.length).toArray();
        readChoices(runner.run(new Pass(part, start, full, rows)), start);
      }
    }
    for (int layer = 0; layer < full.layers(); layer++) {
      if (states.has(layer)) {
        runner.cache().read(layer, 0, tokens.length, states.keys(layer), states.values(layer));
      }
    }
    return states;
  }

  private void readChoices(Logits logits, int start) {
    for (int row = 0; row < logits.rows(); row++) {
      mostProbable.read(
          logits,
          row,
          states.choiceTokens(),
          states.choiceProbabilities(),
          (start + row) * states.choices());
    }
  }
}
