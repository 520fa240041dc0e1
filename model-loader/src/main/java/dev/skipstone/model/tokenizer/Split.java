package dev.skipstone.model.tokenizer;

import dev.skipstone.model.tokenizer.pattern.TextPattern;
import java.util.List;

/**
 * One step of cutting a text into pieces: at the matches of a pattern.
 *
 * @param invert whether matches are taken for what lies between them, and the other way round
 */
record Split(TextPattern pattern, Behavior behavior, boolean invert) {
  /** What becomes of the matches. */
  enum Behavior {
    /** Pieces of their own. */
    ISOLATED,
    REMOVED,
    /** Ends of what comes before. */
    MERGED_WITH_PREVIOUS,
    /** Starts of what comes after. */
    MERGED_WITH_NEXT,
    /** One piece where they follow each other. */
    CONTIGUOUS
  }

  private static final int NOTHING = -1;

  static Split isolated(String regex) {
    return new Split(TextPattern.compile(regex), Behavior.ISOLATED, false);
  }

  /** The steps one within the other, then the last sink. */
  static PieceSink chain(List<Split> steps, PieceSink last) {
    PieceSink sink = last;
    for (Split step : steps.reversed()) {
      PieceSink next = sink;
      sink = (text, from, to) -> step.cut(text, from, to, next);
    }
    return sink;
  }

  /** Cuts {@code text[from, to)}. */
  void cut(String text, int from, int to, PieceSink next) {
    if (behavior == Behavior.ISOLATED) {
      isolate(text, from, to, next);
    } else {
      join(text, from, to, next);
    }
  }

  private void isolate(String text, int from, int to, PieceSink next) {
    int between = from;
    int at = from;
    while (at < to) {
      int stop = pattern.match(text, at, to);
      if (stop <= at) {
        at = Utf8.next(text, at);
        continue;
      }
      if (between < at) {
        next.piece(text, between, at);
      }
      next.piece(text, at, stop);
      at = stop;
      between = stop;
    }
    if (between < to) {
      next.piece(text, between, to);
    }
  }

  private void join(String text, int from, int to, PieceSink next) {
    int held = NOTHING;
    boolean heldMatch = false;
    int at = from;
    while (at < to) {
      int stop = pattern.match(text, at, to);
      boolean match = stop > at;
      if (!match) {
        stop = nextMatch(text, at, to);
      }
      boolean kind = match != invert;
      if (held != NOTHING && !joins(heldMatch, kind)) {
        emit(text, held, at, heldMatch, next);
        held = NOTHING;
      }
      held = held == NOTHING ? at : held;
      heldMatch = kind;
      at = stop;
    }
    if (held != NOTHING) {
      emit(text, held, to, heldMatch, next);
    }
  }

  private int nextMatch(String text, int from, int to) {
    int at = Utf8.next(text, from);
    while (at < to && pattern.match(text, at, to) <= at) {
      at = Utf8.next(text, at);
    }
    return at;
  }

  private boolean joins(boolean before, boolean after) {
    return switch (behavior) {
      case ISOLATED, REMOVED -> false;
      case MERGED_WITH_PREVIOUS -> after && !before;
      case MERGED_WITH_NEXT -> before && !after;
      case CONTIGUOUS -> before == after;
    };
  }

  private void emit(String text, int from, int to, boolean match, PieceSink next) {
    if (!(match && behavior == Behavior.REMOVED)) {
      next.piece(text, from, to);
    }
  }
}
