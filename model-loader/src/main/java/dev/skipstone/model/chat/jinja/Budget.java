package dev.skipstone.model.chat.jinja;

/** Bounds of one rendering. Going beyond one is a {@link TemplateFailure}. */
final class Budget {
  static final int LONGEST_TEXT = 64 << 20;
  static final int MOST_ITEMS = 1 << 20;
  private static final int MOST_STEPS = 5_000_000;
  private static final int DEEPEST_CALL = 20;

  /** So many characters or items are as much work as a step. */
  private static final int STEP_SIZE = 64;

  private int steps;
  private int calls;

  /** Counts a step. */
  void step() {
    charge(1);
  }

  /** Counts the work of going through a value. */
  void read(Object value) {
    charge(1 + PythonValues.size(value) / STEP_SIZE);
  }

  /** Counts the work of making a value, and bounds its size. */
  <T> T made(T value) {
    read(value);
    checkSize(value instanceof String, PythonValues.size(value));
    return value;
  }

  /** Bounds the size of a text or list that is about to be made. */
  void checkSize(boolean text, long size) {
    if (size > (text ? LONGEST_TEXT : MOST_ITEMS)) {
      throw new TemplateFailure(
          text
              ? "makes a text of more than " + LONGEST_TEXT + " characters"
              : "makes a list of more than " + MOST_ITEMS + " items");
    }
  }

  void enter() {
    if (++calls > DEEPEST_CALL) {
      throw new TemplateFailure("calls macros more than " + DEEPEST_CALL + " deep");
    }
  }

  void leave() {
    calls--;
  }

  private void charge(int work) {
    steps += work;
    if (steps > MOST_STEPS) {
      throw new TemplateFailure("does not end after " + MOST_STEPS + " steps");
    }
  }
}
