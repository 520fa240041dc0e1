package dev.skipstone.adapt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class SublayerSearchTest {
  private static final SublayerFinder.Listener ON = (left, loss) -> true;

  /** Sublayers whose costs grow, each by its own factor, with every one that is gone. */
  private static final class Costs implements ShrinkingPath {
    private final double[] costs;
    private final double[] growth;
    private final Set<Integer> gone = new HashSet<>();
    private final List<Integer> order = new ArrayList<>();
    private int asked;

    Costs(double[] costs, double[] growth) {
      this.costs = costs;
      this.growth = growth;
    }

    @Override
    public int sublayers() {
      return costs.length;
    }

    @Override
    public double lossWithout(int sublayer) {
      assertThat(gone).doesNotContain(sublayer);
      asked++;
      return costs[sublayer] * (1 + growth[sublayer] * gone.size());
    }

    @Override
    public void remove(int sublayer) {
      assertThat(gone.add(sublayer)).isTrue();
      order.add(sublayer);
    }
  }

  /** The same by asking for every cost again each time. */
  private static List<Integer> greedy(Costs costs, int count) {
    while (costs.sublayers() - costs.gone.size() > count) {
      int best = -1;
      for (int i = 0; i < costs.sublayers(); i++) {
        if (!costs.gone.contains(i)
            && (best < 0 || costs.lossWithout(i) < costs.lossWithout(best))) {
          best = i;
        }
      }
      costs.remove(best);
    }
    return costs.order;
  }

  @Property(tries = 200)
  void takesTheLeastEachTimeWhereCostsGrow(
      @ForAll @Size(8) List<@DoubleRange(min = 0.1, max = 10) Double> costs,
      @ForAll @Size(8) List<@DoubleRange(min = 0, max = 3) Double> growth,
      @ForAll @IntRange(min = 0, max = 8) int count) {
    Costs lazy = new Costs(array(costs), array(growth));

    assertThat(SublayerSearch.shrink(lazy, count, ON)).isTrue();

    assertThat(lazy.order).isEqualTo(greedy(new Costs(array(costs), array(growth)), count));
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Test
  void asksAgainOnlyForWhatMayBeTheLeast() {
    double[] costs = {4, 1, 8, 2, 16, 32};
    Costs path = new Costs(costs, new double[6]);
    List<Integer> left = new ArrayList<>();
    List<Double> losses = new ArrayList<>();

    SublayerSearch.shrink(
        path,
        2,
        (count, loss) -> {
          losses.add(loss);
          return left.add(count);
        });

    assertThat(path.order).containsExactly(1, 3, 0, 2);
    assertThat(left).containsExactly(5, 4, 3, 2);
    assertThat(losses).containsExactly(1.0, 2.0, 4.0, 8.0);
    assertThat(path.asked).isEqualTo(6 + 3);
  }

  @Test
  void endsWhenTheListenerHasEnough() {
    Costs path = new Costs(new double[] {1, 2, 3, 4}, new double[4]);

    assertThat(SublayerSearch.shrink(path, 1, (left, loss) -> left > 2)).isFalse();

    assertThat(path.order).containsExactly(0, 1);
  }
}
