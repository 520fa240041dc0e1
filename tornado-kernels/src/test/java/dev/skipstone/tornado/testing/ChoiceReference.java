package dev.skipstone.tornado.testing;

import dev.skipstone.tornado.kernel.AcceptanceKernels;
import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.ChoiceBuffer;
import dev.skipstone.tornado.kernel.PassBuffer;
import java.util.Comparator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The operations that choose tokens, as {@link KernelReference} has the others. */
final class ChoiceReference {
  private final Expectation expected;

  ChoiceReference(Expectation expected) {
    this.expected = expected;
  }

  void softmax(Arguments.Softmax a) {
    double temperature = a.choice().get(ChoiceBuffer.TEMPERATURE);
    for (int row = 0; row < a.pass().get(PassBuffer.LOGIT_ROWS); row++) {
      int from = row * a.vocabulary();
      double largest = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < a.vocabulary(); i++) {
        largest = Math.max(largest, a.logits().get(from + i));
      }
      double sum = 0;
      for (int i = 0; i < a.vocabulary(); i++) {
        sum += Math.exp((a.logits().get(from + i) - largest) / temperature);
      }
      for (int i = 0; i < a.vocabulary(); i++) {
        double exponent = (a.logits().get(from + i) - largest) / temperature;
        double value = Math.exp(exponent) / sum;
        double roundings = a.vocabulary() + 2 * KernelReference.FUNCTION - 4 * exponent;
        expected.set(
            "probabilities",
            from + i,
            value,
            value * roundings * KernelReference.ROUNDING + KernelReference.TINY);
      }
    }
  }

  /** Tokens in the order of their logits, of equal ones those with smaller ids first. */
  private static int[] ranked(FloatArray logits, int from, int vocabulary) {
    return IntStream.range(0, vocabulary)
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer i) -> -logits.get(from + i))
                .thenComparingInt(i -> i))
        .mapToInt(i -> i)
        .toArray();
  }

  /** Exact where probabilities are multiples of 2^-20: then every sum is. */
  void cut(Arguments.Cut a) {
    float topP = a.choice().get(ChoiceBuffer.TOP_P);
    for (int row = 0; row < a.pass().get(PassBuffer.LOGIT_ROWS); row++) {
      int from = row * a.vocabulary();
      int[] ranked = ranked(a.logits(), from, a.vocabulary());
      int kept = (int) a.choice().get(ChoiceBuffer.TOP_K);
      if (topP < 1) {
        double total = 0;
        for (int i = 0; i < kept; i++) {
          total += a.probabilities().get(from + ranked[i]);
        }
        double sum = 0;
        int needed = 0;
        while (sum < topP * total) {
          sum += a.probabilities().get(from + ranked[needed++]);
        }
        kept = needed;
      } else if (kept == a.vocabulary()) {
        expected.set("least", row, Double.NEGATIVE_INFINITY);
        expected.set("last", row, a.vocabulary());
        continue;
      }
      expected.set("least", row, a.logits().get(from + ranked[kept - 1]));
      expected.set("last", row, ranked[kept - 1]);
    }
  }

  /** Exact in what it keeps where min-p times a probability is exact. */
  void keep(Arguments.Keep a) {
    for (int row = 0; row < a.pass().get(PassBuffer.LOGIT_ROWS); row++) {
      int from = row * a.vocabulary();
      double largest = 0;
      for (int i = 0; i < a.vocabulary(); i++) {
        largest = Math.max(largest, a.probabilities().get(from + i));
      }
      double[] kept = new double[a.vocabulary()];
      double sum = 0;
      for (int i = 0; i < kept.length; i++) {
        float logit = a.logits().get(from + i);
        float least = a.least().get(row);
        boolean inOrder = logit > least || (logit == least && i <= a.last().get(row));
        double p = a.probabilities().get(from + i);
        kept[i] = inOrder && p >= largest * a.choice().get(ChoiceBuffer.MIN_P) ? p : 0;
        sum += kept[i];
      }
      for (int i = 0; i < kept.length; i++) {
        double value = kept[i] / sum;
        double bound =
            value * (a.vocabulary() + KernelReference.FUNCTION) * KernelReference.ROUNDING;
        expected.set("probabilities", from + i, value, bound);
      }
    }
  }

  void select(Arguments.Select a) {
    for (int row = 0; row < a.pass().get(PassBuffer.LOGIT_ROWS); row++) {
      int from = row * a.vocabulary();
      int[] best = ranked(a.logits(), from, a.vocabulary());
      for (int rank = 0; rank < a.k(); rank++) {
        expected.set("tokens", row * a.k() + rank, best[rank]);
        expected.set("values", row * a.k() + rank, a.logits().get(from + best[rank]));
      }
    }
  }

  void acceptBest(Arguments.AcceptBest a) {
    int drafted = a.pass().get(PassBuffer.ROWS) - 1;
    int accepted = 0;
    while (accepted < drafted && a.best().get(accepted) == drafted(a, accepted)) {
      accepted++;
    }
    expected.set("result", AcceptanceKernels.ACCEPTED, accepted);
    expected.set("result", AcceptanceKernels.NEXT, a.best().get(accepted));
  }

  private static int drafted(Arguments a, int index) {
    return a.pass().get(PassBuffer.TOKENS + 1 + index);
  }

  /** Exact where probabilities are multiples of 2^-20: then every sum is. */
  void acceptDrawn(Arguments.AcceptDrawn a) {
    int slot = (int) a.choice().get(ChoiceBuffer.SLOT);
    int drafted = slot >= 0 ? 0 : a.pass().get(PassBuffer.LOGIT_ROWS) - 1;
    int accepted = 0;
    while (accepted < drafted) {
      int token = drafted(a, accepted);
      float q = isDrawn(a, accepted) ? a.draft().get(accepted * a.vocabulary() + token) : 1;
      float p = a.target().get(accepted * a.vocabulary() + token);
      if (a.choice().get(ChoiceBuffer.CHANCES + accepted) * q >= p) {
        break;
      }
      accepted++;
    }
    int row = slot >= 0 ? (int) a.choice().get(ChoiceBuffer.ROW) : accepted;
    double[] weights = weights(a, row, accepted < drafted);
    if (DoubleStream.of(weights).sum() == 0) {
      weights = weights(a, row, false);
    }
    float sum = (float) DoubleStream.of(weights).sum();
    float goal = a.choice().get(ChoiceBuffer.CHANCES + drafted) * sum;
    int next = 0;
    double before = weights[0];
    while (before <= goal) {
      before += weights[++next];
    }
    expected.set("result", AcceptanceKernels.ACCEPTED, accepted);
    expected.set("result", AcceptanceKernels.NEXT, next);
    for (int i = 0; slot >= 0 && i < a.vocabulary(); i++) {
      int at = row * a.vocabulary() + i;
      expected.set("draft", slot * a.vocabulary() + i, a.target().get(at));
    }
  }

  private static boolean isDrawn(Arguments.AcceptDrawn a, int index) {
    return a.choice().get(ChoiceBuffer.DRAWN + index) > 0;
  }

  /** What the token behind the accepted ones is drawn with. */
  private static double[] weights(Arguments.AcceptDrawn a, int row, boolean rejected) {
    double[] weights = new double[a.vocabulary()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = a.target().get(row * weights.length + i);
      if (rejected && isDrawn(a, row)) {
        weights[i] = Math.max(0, weights[i] - a.draft().get(row * weights.length + i));
      } else if (rejected && i == drafted(a, row)) {
        weights[i] = 0;
      }
    }
    return weights;
  }
}
