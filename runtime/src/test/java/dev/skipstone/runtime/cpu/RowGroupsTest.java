package dev.skipstone.runtime.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowGroupsTest {
  @Test
  void aNewKernelGetsFewCallsAndThenAll() {
    RowGroups groups = new RowGroups();
    int calls = 0;
    for (int i = 0; i < 6400; i++) {
      calls += groups.next(3) == 3 ? 1 : 0;
    }
    assertThat(calls).isEqualTo(50);
    for (int i = 0; i < 200_000; i++) {
      groups.next(3);
    }
    assertThat(groups.next(3)).isEqualTo(3);
    assertThat(groups.ready()).isEqualTo(1 << 1 | 1 << 3 | 1 << 4);
    assertThat(groups.next(2)).as("each kernel for itself").isEqualTo(2);
    assertThat(groups.next(2)).isEqualTo(1);
  }
}
