package dev.skipstone.tornado;

import dev.skipstone.runtime.pass.DraftTokens;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.TokenChooser;
import dev.skipstone.tornado.kernel.AcceptanceKernels;
import dev.skipstone.tornado.kernel.ChoiceBuffer;
import java.util.Objects;
import java.util.random.RandomGenerator;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Speculative sampling (arXiv 2211.17192, algorithm 1) on the device: to it goes the rule with a
 * chance for each decision, and back come two numbers. A chance is a multiple of 2^-24.
 */
final class DeviceChooser implements TokenChooser {
  /** What a runner draws with. */
  interface Drawing {
    /** Laid out as {@link ChoiceBuffer}. */
    FloatArray choice();

    /** Draws from the logits of the last pass. */
    void draw();

    /** What came of it, as {@link AcceptanceKernels} has it. */
    IntArray result();
  }

  private final Drawing drawing;
  private final float[] rule;
  private final RandomGenerator random;
  private int accepted;
  private int next;

  /**
   * A chooser by a rule that is not greedy.
   *
   * @param topK at most the size of the vocabulary, which keeps all
   */
  DeviceChooser(
      Drawing drawing,
      float temperature,
      int topK,
      float topP,
      float minP,
      RandomGenerator random) {
    this.drawing = drawing;
    this.random = random;
    rule = new float[ChoiceBuffer.SLOT];
    rule[ChoiceBuffer.TEMPERATURE] = temperature;
    rule[ChoiceBuffer.TOP_K] = topK;
    rule[ChoiceBuffer.TOP_P] = topP;
    rule[ChoiceBuffer.MIN_P] = minP;
  }

  @Override
  public int draft(Logits logits, int row, int index) {
    Objects.checkIndex(row, logits.rows());
    begin(Objects.checkIndex(index, ChoiceBuffer.MAX_DRAFTED));
    drawing.choice().set(ChoiceBuffer.ROW, row);
    drawing.choice().set(ChoiceBuffer.CHANCES, random.nextFloat());
    drawing.draw();
    return drawing.result().get(AcceptanceKernels.NEXT);
  }

  @Override
  public void verify(DraftTokens draft, Logits logits) {
    begin(ChoiceBuffer.NOWHERE);
    FloatArray choice = drawing.choice();
    for (int i = 0; i < draft.length(); i++) {
      choice.set(ChoiceBuffer.CHANCES + i, random.nextFloat());
      choice.set(ChoiceBuffer.DRAWN + i, draft.isDrawn(i) ? 1 : 0);
    }
    choice.set(ChoiceBuffer.CHANCES + draft.length(), random.nextFloat());
    drawing.draw();
    accepted = drawing.result().get(AcceptanceKernels.ACCEPTED);
    next = drawing.result().get(AcceptanceKernels.NEXT);
  }

  /** Sessions share the buffer one after the other, and so it gets the rule each time. */
  private void begin(float slot) {
    for (int i = 0; i < rule.length; i++) {
      drawing.choice().set(i, rule[i]);
    }
    drawing.choice().set(ChoiceBuffer.SLOT, slot);
  }

  @Override
  public int accepted() {
    return accepted;
  }

  @Override
  public int next() {
    return next;
  }
}
