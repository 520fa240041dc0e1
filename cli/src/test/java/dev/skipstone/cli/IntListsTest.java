package dev.skipstone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

final class IntListsTest {

  @Property
  void rangesStandForTheirNumbers(
      @ForAll @NotEmpty @Size(max = 8) List<@IntRange(max = 90) Integer> starts,
      @ForAll @IntRange(max = 9) int length) {
    List<String> parts = new ArrayList<>();
    Set<Integer> expected = new TreeSet<>();
    for (int start : starts) {
      parts.add(length == 0 ? "" + start : start + "-" + (start + length));
      for (int layer = start; layer <= start + length; layer++) {
        expected.add(layer);
      }
    }

    assertThat(IntLists.layers("--skip-mlp", String.join(",", parts)))
        .containsExactly(expected.stream().mapToInt(Integer::intValue).toArray());
  }

  @Property
  void anyOtherTextIsWrongUsage(@ForAll String text) {
    if (!text.matches("[0-9,\\-\\s]*")) {
      assertThatThrownBy(() -> IntLists.layers("--skip-mlp", text))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("--skip-mlp");
      assertThatThrownBy(() -> IntLists.numbers("--tokens", text))
          .isInstanceOf(UsageException.class);
    }
  }

  @Example
  void exampleOfTheManual() {
    assertThat(IntLists.layers("--skip-mlp", "3, 5-9")).containsExactly(3, 5, 6, 7, 8, 9);
    assertThat(IntLists.numbers("--tokens", "3,1, 2,1")).containsExactly(3, 1, 2, 1);
  }

  @Example
  void hugeRangesTakeNoMemory() {
    assertThatThrownBy(() -> IntLists.layers("--skip-mlp", "0-2000000000"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("2000000000");
  }
}
