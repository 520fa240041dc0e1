package dev.skipstone.model.tokenizer.pattern;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the table of a {@link TextPattern}: the expression as a nondeterministic automaton
 * (Thompson's construction), and that as a deterministic one whose states are lists of states in
 * the order in which a backtracking matcher would try them, so that both find the same match.
 */
final class Automaton {
  private static final int MOST_STEPS = 2_000;
  private static final int MOST_STATES = 4_000;

  private enum Kind {
    CHARS,
    LOOK,
    NOT_LOOK,
    FORK,
    MATCH
  }

  /**
   * A state.
   *
   * @param set number of the set of characters, for those that have one
   */
  private record Step(Kind kind, int set, int next, int other) {}

  private final Map<CharSet, Integer> sets = new LinkedHashMap<>();
  private final CharClasses classes;
  private final List<Step> steps = new ArrayList<>();
  private final Map<List<Integer>, Integer> states = new HashMap<>();
  private final List<List<Integer>> order = new ArrayList<>();

  private Automaton(Node root) {
    collect(root);
    classes = new CharClasses(List.copyOf(sets.keySet()));
  }

  /**
   * @throws IllegalArgumentException if the expression is too large, or can't be done without
   *     backtracking
   */
  static TextPattern compile(Node root) {
    return new Automaton(root).table(root);
  }

  private TextPattern table(Node root) {
    int start = build(root, add(new Step(Kind.MATCH, 0, 0, 0)));
    number(List.of());
    List<Integer> first = new ArrayList<>();
    follow(start, first, new BitSet());
    number(first);
    int width = classes.size() + 1;
    int[] table = new int[width * 16];
    for (int state = 0; state < order.size(); state++) {
      if ((state + 1) * width > table.length) {
        table = Arrays.copyOf(table, 2 * table.length);
      }
      for (int c = 0; c < width; c++) {
        table[state * width + c] = entry(order.get(state), c);
      }
    }
    return new TextPattern(classes, Arrays.copyOf(table, order.size() * width));
  }

  /** Where a state goes on a class of characters, and whether the text before it is a match. */
  private int entry(List<Integer> state, int charClass) {
    List<Integer> ready = new ArrayList<>();
    BitSet seen = new BitSet();
    state.forEach(step -> look(step, charClass, ready, seen));
    List<Integer> next = new ArrayList<>();
    BitSet followed = new BitSet();
    for (int step : ready) {
      if (steps.get(step).kind() == Kind.MATCH) {
        return number(next) << 1 | 1;
      }
      if (has(steps.get(step).set(), charClass)) {
        follow(steps.get(step).next(), next, followed);
      }
    }
    return number(next) << 1;
  }

  /** Goes beyond the looks at the next character, now that it is known. */
  private void look(int at, int charClass, List<Integer> ready, BitSet seen) {
    if (seen.get(at)) {
      return;
    }
    seen.set(at);
    Step step = steps.get(at);
    if (step.kind() != Kind.LOOK && step.kind() != Kind.NOT_LOOK) {
      ready.add(at);
    } else if (has(step.set(), charClass) == (step.kind() == Kind.LOOK)) {
      List<Integer> beyond = new ArrayList<>();
      follow(step.next(), beyond, new BitSet());
      beyond.forEach(next -> look(next, charClass, ready, seen));
    }
  }

  /** The text's end is a class that no set has. */
  private boolean has(int set, int charClass) {
    return charClass < classes.size() && classes.contains(set, charClass);
  }

  private int number(List<Integer> state) {
    Integer known = states.get(state);
    if (known != null) {
      return known;
    }
    if (order.size() == MOST_STATES) {
      throw new IllegalArgumentException("needs more than " + MOST_STATES + " states");
    }
    states.put(state, order.size());
    order.add(state);
    return order.size() - 1;
  }

  /** Adds all that can be reached from a step without a character, the first tried first. */
  private void follow(int at, List<Integer> reached, BitSet seen) {
    if (seen.get(at)) {
      return;
    }
    seen.set(at);
    Step step = steps.get(at);
    if (step.kind() == Kind.FORK) {
      follow(step.next(), reached, seen);
      follow(step.other(), reached, seen);
    } else {
      reached.add(at);
    }
  }

  private int add(Step step) {
    if (steps.size() == MOST_STEPS) {
      throw new IllegalArgumentException("is longer than " + MOST_STEPS + " steps");
    }
    steps.add(step);
    return steps.size() - 1;
  }

  /** The first step of a part that goes on with {@code next}. */
  private int build(Node node, int next) {
    return switch (node) {
      case Node.Chars(CharSet set) -> add(new Step(Kind.CHARS, sets.get(set), next, 0));
      case Node.Look(CharSet set, boolean negative) ->
          add(new Step(negative ? Kind.NOT_LOOK : Kind.LOOK, sets.get(set), next, 0));
      case Node.Sequence(List<Node> parts) -> {
        int first = next;
        for (Node part : parts.reversed()) {
          first = build(part, first);
        }
        yield first;
      }
      case Node.Choice(List<Node> options) -> {
        int first = build(options.getLast(), next);
        for (Node option : options.subList(0, options.size() - 1).reversed()) {
          first = add(new Step(Kind.FORK, 0, build(option, next), first));
        }
        yield first;
      }
      case Node.Repeat repeat -> build(repeat, next);
    };
  }

  private int build(Node.Repeat repeat, int next) {
    if (repeat.possessive()) {
      checkGivesNothingBack(repeat, next);
    }
    int first = next;
    if (repeat.most() == Node.Repeat.NO_LIMIT) {
      first = add(new Step(Kind.FORK, 0, next, next));
      steps.set(first, new Step(Kind.FORK, 0, build(repeat.part(), first), next));
    } else {
      for (int i = repeat.least(); i < repeat.most(); i++) {
        first = add(new Step(Kind.FORK, 0, build(repeat.part(), first), next));
      }
    }
    for (int i = 0; i < repeat.least(); i++) {
      first = build(repeat.part(), first);
    }
    return first;
  }

  /** A possessive repetition is as any other where what follows can't start with its characters. */
  private void checkGivesNothingBack(Node.Repeat repeat, int next) {
    List<Integer> following = new ArrayList<>();
    follow(next, following, new BitSet());
    boolean apart = repeat.part() instanceof Node.Chars;
    for (int at : following) {
      Step step = steps.get(at);
      apart &= step.kind() == Kind.MATCH || step.kind() == Kind.CHARS;
      for (int c = 0; c < classes.size() && apart && step.kind() == Kind.CHARS; c++) {
        int own = sets.get(((Node.Chars) repeat.part()).set());
        apart = !(classes.contains(own, c) && classes.contains(step.set(), c));
      }
    }
    if (!apart) {
      throw new IllegalArgumentException("has a possessive repetition that is not supported");
    }
  }

  private void collect(Node node) {
    switch (node) {
      case Node.Chars(CharSet set) -> sets.putIfAbsent(set, sets.size());
      case Node.Look(CharSet set, boolean negative) -> sets.putIfAbsent(set, sets.size());
      case Node.Sequence(List<Node> parts) -> parts.forEach(this::collect);
      case Node.Choice(List<Node> options) -> options.forEach(this::collect);
      case Node.Repeat repeat -> collect(repeat.part());
    }
  }
}
