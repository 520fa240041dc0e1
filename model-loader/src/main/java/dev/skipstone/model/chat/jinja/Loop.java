package dev.skipstone.model.chat.jinja;

import java.util.List;

/** The variable {@code loop}. */
final class Loop {
  private final List<?> items;
  private final Budget budget;
  private int index;
  private Object changed = new Undefined("a value before the first");

  Loop(List<?> items, Budget budget) {
    this.items = items;
    this.budget = budget;
  }

  void moveTo(int to) {
    index = to;
  }

  Object get(String name) {
    int size = items.size();
    return switch (name) {
      case "index" -> index + 1L;
      case "index0" -> (long) index;
      case "revindex" -> (long) size - index;
      case "revindex0" -> size - index - 1L;
      case "first" -> index == 0;
      case "last" -> index == size - 1;
      case "length" -> (long) size;
      // Only recursive loops go deeper, and these are not supported.
      case "depth" -> 1L;
      case "depth0" -> 0L;
      case "previtem" -> neighbour(index - 1);
      case "nextitem" -> neighbour(index + 1);
      case "cycle" -> (Callable) this::cycle;
      case "changed" -> (Callable) this::changed;
      default -> new Undefined("loop." + name);
    };
  }

  private Object neighbour(int at) {
    return at >= 0 && at < items.size()
        ? items.get(at)
        : new Undefined("an item beyond the loop's ends");
  }

  private Object cycle(CallArguments arguments) {
    List<Object> values = arguments.positional();
    if (values.isEmpty()) {
      throw new TemplateFailure("calls loop.cycle() without values");
    }
    return values.get(index % values.size());
  }

  private Object changed(CallArguments arguments) {
    Object now = new Tuple(arguments.positional());
    boolean different = !PythonValues.equal(changed, now, budget);
    changed = now;
    return different;
  }
}
