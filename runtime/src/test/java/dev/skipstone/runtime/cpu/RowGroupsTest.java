package dev.skipstone.runtime.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowGroupsTest {
  @Test
  void allRowsAreTakenOnceHoweverOftenItIsAsked() {
    RowGroups groups = new RowGroups();
    for (int round = 0; round < 200; round++) {
      for (int rows = 1; rows <= 70; rows++) {
        List<Integer> parts = divided(groups, rows);
        assertThat(parts).allMatch(part -> part >= 1 && part <= TileFormat.MOST_ROWS);
        assertThat(parts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(rows);
      }
    }
  }

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
    assertThat(divided(groups, 3)).containsExactly(3);
    assertThat(groups.next(2)).as("each kernel for itself").isEqualTo(2);
    assertThat(groups.next(2)).isEqualTo(1);
  }

  private static List<Integer> divided(RowGroups groups, int rows) {
    List<Integer> parts = new ArrayList<>();
    for (int left = rows; left > 0; left -= parts.getLast()) {
      parts.add(groups.next(left));
    }
    return parts;
  }
}
