package dev.skipstone.runtime.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LayerPathTest {
  @Test
  void fullRunsEverything() {
    LayerPath full = LayerPath.full(3);
    assertThat(full.isFull()).isTrue();
    assertThat(full).hasToString("full");
    for (int i = 0; i < 3; i++) {
      assertThat(full.runsAttention(i) && full.runsMlp(i)).isTrue();
    }
  }

  @Test
  void skippingLeavesOutWhatItSays() {
    LayerPath path = LayerPath.skipping(4, new int[] {2, 1, 2}, new int[] {3});
    assertThat(path.isFull()).isFalse();
    assertThat(path.layers()).isEqualTo(4);
    assertThat(path.runsAttention(0) && path.runsAttention(3)).isTrue();
    assertThat(path.runsAttention(1) || path.runsAttention(2)).isFalse();
    assertThat(path.runsMlp(2)).isTrue();
    assertThat(path.runsMlp(3)).isFalse();
    assertThat(path).hasToString("skip attention 1,2, mlp 3");
    assertThat(LayerPath.skipping(2, new int[0], new int[] {0}))
        .hasToString("skip attention none, mlp 0");
  }

  @Test
  void equalWhereTheSublayersAre() {
    LayerPath path = LayerPath.skipping(4, new int[] {1, 2}, new int[] {3});
    assertThat(path)
        .isEqualTo(LayerPath.skipping(4, new int[] {2, 1}, new int[] {3}))
        .hasSameHashCodeAs(LayerPath.skipping(4, new int[] {2, 1}, new int[] {3}))
        .isNotEqualTo(LayerPath.skipping(4, new int[] {3}, new int[] {1, 2}))
        .isNotEqualTo(LayerPath.skipping(4, new int[] {1, 2}, new int[0]))
        .isNotEqualTo(LayerPath.skipping(5, new int[] {1, 2}, new int[] {3}))
        .isNotEqualTo("path");
    assertThat(LayerPath.full(4)).isNotEqualTo(LayerPath.full(5));
  }

  @Test
  void layersThatAreNotThere() {
    assertThatThrownBy(() -> LayerPath.skipping(4, new int[] {4}, new int[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("skipped attention layer 4 is not in 0 to 3");
    assertThatThrownBy(() -> LayerPath.skipping(4, new int[0], new int[] {-1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("skipped MLP layer -1 is not in 0 to 3");
  }

  @Test
  void smallRecords() {
    Device broken = new Device("cpu", 1, "none", 0, List.of(), "no driver");
    assertThat(broken.works()).isFalse();
    assertThat(new MemoryPlan(1, 20, 300, 4000).total()).isEqualTo(4321);
    assertThat(Pass.withoutLogits(new int[] {1, 2}, 0, LayerPath.full(1)).rows()).isEqualTo(2);
    assertThat(new InsufficientMemoryException("a cache", 1234567, 1000, "use less"))
        .hasMessage("a cache needs 1,234,567 bytes and 1,000 are free: use less");
    assertThat(Backend.all()).extracting(Backend::name).contains("cpu");
  }
}
