package dev.skipstone.tornado.testing;

import dev.skipstone.tornado.kernel.AcceptanceKernels;
import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.ChoiceBuffer;
import dev.skipstone.tornado.kernel.PassBuffer;
import java.util.Random;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Random arguments of operations that draw tokens. Probabilities and chances are multiples of
 * 2^-20, so that every sum of them is exact in float32.
 */
final class ChoiceCases {
  private static final int UNIT_BITS = 20;

  private final Random random;
  private final CaseSizes sizes;

  ChoiceCases(Random random, CaseSizes sizes) {
    this.random = random;
    this.sizes = sizes;
  }

  Arguments softmax(IntArray pass, int most) {
    int vocabulary = vocabulary();
    FloatArray logits = logits(most * vocabulary);
    return new Arguments.Softmax(
        pass, logits, choice(vocabulary), floats(most * vocabulary), vocabulary, most);
  }

  Arguments cut(IntArray pass, int most) {
    int vocabulary = vocabulary();
    FloatArray logits = logits(most * vocabulary);
    FloatArray probabilities = probabilities(most, vocabulary);
    for (int row = 0; row < most; row++) {
      // The largest logit has some probability.
      int best = row * vocabulary + largest(logits, row, vocabulary);
      probabilities.set(best, Math.max(probabilities.get(best), units(1)));
    }
    return new Arguments.Cut(
        pass,
        logits,
        probabilities,
        choice(vocabulary),
        floats(most),
        ints(most),
        vocabulary,
        most);
  }

  Arguments keep(IntArray pass, int most) {
    int vocabulary = vocabulary();
    FloatArray logits = logits(most * vocabulary);
    FloatArray probabilities = probabilities(most, vocabulary);
    FloatArray least = floats(most);
    IntArray last = ints(most);
    for (int row = 0; row < most; row++) {
      // The most probable token has the largest logit, and is always kept.
      logits.set(row * vocabulary + largest(probabilities, row, vocabulary), 20);
      int token = random.nextInt(vocabulary);
      least.set(row, logits.get(row * vocabulary + token));
      last.set(row, token);
      if (random.nextInt(4) == 0) {
        least.set(row, Float.NEGATIVE_INFINITY);
        last.set(row, vocabulary);
      }
    }
    return new Arguments.Keep(
        pass, logits, choice(vocabulary), least, last, probabilities, vocabulary, most);
  }

  Arguments acceptDrawn(IntArray pass, int most) {
    int vocabulary = 1 + upTo(3 * sizes.vocabulary());
    FloatArray target = probabilities(most, vocabulary);
    boolean alike = random.nextInt(4) == 0;
    int slot = random.nextInt(4) == 0 ? random.nextInt(ChoiceBuffer.MAX_DRAFTED) : -1;
    int rows = sizes.full() ? Math.max(most - 1, slot + 1) : ChoiceBuffer.MAX_DRAFTED;
    FloatArray draft = probabilities(Math.max(1, rows), vocabulary);
    for (int row = 0; row + 1 < most; row++) {
      for (int i = 0; alike && i < vocabulary; i++) {
        draft.set(row * vocabulary + i, target.get(row * vocabulary + i));
      }
      // The rejection of a probable token changes much of what comes next.
      int token =
          random.nextBoolean() ? largest(target, row, vocabulary) : random.nextInt(vocabulary);
      while (draft.get(row * vocabulary + token) == 0) {
        token = (token + 1) % vocabulary;
      }
      pass.set(PassBuffer.TOKENS + 1 + row, token);
    }
    FloatArray choice = choice(vocabulary);
    choice.set(ChoiceBuffer.SLOT, slot);
    int rowsOfLogits = pass.get(PassBuffer.LOGIT_ROWS);
    choice.set(ChoiceBuffer.ROW, sizes.full() ? rowsOfLogits - 1 : random.nextInt(rowsOfLogits));
    return new Arguments.AcceptDrawn(
        pass, choice, target, draft, ints(AcceptanceKernels.RESULTS), vocabulary, most);
  }

  private static int largest(FloatArray rows, int row, int vocabulary) {
    int largest = 0;
    for (int i = 1; i < vocabulary; i++) {
      boolean more = rows.get(row * vocabulary + i) > rows.get(row * vocabulary + largest);
      largest = more ? i : largest;
    }
    return largest;
  }

  private int vocabulary() {
    return random.nextInt(8) == 0 ? 1 : upTo(sizes.vocabulary());
  }

  private int upTo(int most) {
    return 1 + random.nextInt(most);
  }

  private FloatArray floats(int size) {
    return RandomArrays.floats(random, size + sizes.spare(), 1);
  }

  private FloatArray logits(int size) {
    return RandomArrays.logits(random, size + sizes.spare());
  }

  private IntArray ints(int size) {
    return RandomArrays.ints(random, size + sizes.spare());
  }

  private FloatArray choice(int vocabulary) {
    FloatArray choice = floats(ChoiceBuffer.SIZE);
    choice.set(ChoiceBuffer.TEMPERATURE, 0.3f + 2 * random.nextFloat());
    choice.set(ChoiceBuffer.TOP_K, random.nextBoolean() ? vocabulary : upTo(vocabulary));
    choice.set(ChoiceBuffer.TOP_P, random.nextInt(3) == 0 ? 1 : upTo(8) / 8f);
    choice.set(ChoiceBuffer.MIN_P, random.nextInt(3) == 0 ? 0 : random.nextInt(9) / 8f);
    for (int i = 0; i <= ChoiceBuffer.MAX_DRAFTED; i++) {
      choice.set(ChoiceBuffer.CHANCES + i, units(random.nextInt(1 << UNIT_BITS)));
    }
    for (int i = 0; i < ChoiceBuffer.MAX_DRAFTED; i++) {
      choice.set(ChoiceBuffer.DRAWN + i, random.nextInt(2));
    }
    return choice;
  }

  private static float units(int count) {
    return Math.scalb((float) count, -UNIT_BITS);
  }

  /** Rows of probabilities that sum to 1, many of them 0. */
  private FloatArray probabilities(int rows, int vocabulary) {
    FloatArray array = floats(rows * vocabulary);
    for (int row = 0; row < rows; row++) {
      fill(array, row, vocabulary, random.nextInt(4));
    }
    return array;
  }

  private void fill(FloatArray array, int row, int vocabulary, double sharpness) {
    int left = 1 << UNIT_BITS;
    for (int i = 0; i < vocabulary; i++) {
      int share =
          random.nextInt(3) == 0
              ? 0
              : (int)
                  (Math.exp(sharpness * random.nextGaussian())
                      * (1 << (UNIT_BITS - 1))
                      / vocabulary);
      share = i == vocabulary - 1 ? left : Math.min(share, left);
      left -= share;
      array.set(row * vocabulary + i, units(share));
    }
  }

  Arguments acceptBest(IntArray pass, int most) {
    IntArray best = RandomArrays.ints(random, most + sizes.spare());
    int right = random.nextInt(most + 1);
    for (int i = 0; i < most; i++) {
      pass.set(PassBuffer.TOKENS + 1 + i, best.get(i) + (i < right ? 0 : 1));
    }
    return new Arguments.AcceptBest(pass, best, RandomArrays.ints(random, 2 + sizes.spare()), most);
  }
}
