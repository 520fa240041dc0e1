package dev.skipstone.cli;

import dev.skipstone.model.tokenizer.Detokenizer;
import dev.skipstone.model.tokenizer.Tokenizer;
import dev.skipstone.runtime.Step;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The text of an answer with its drafts marked: what the draft proposed and the full model
 * confirmed, what it rejected, and, unmarked, the full model's own tokens. One view is for one
 * answer: a character can be spread over tokens.
 */
final class DraftView {
  private static final String GREEN = "\u001B[32m";
  private static final String RED_STRUCK = "\u001B[2;9;31m";
  private static final String PLAIN = "\u001B[0m";

  private final Tokenizer tokenizer;
  private final Detokenizer text;
  private final String acceptedStart;
  private final String rejectedStart;
  private final String end;
  private final ArrayDeque<Piece> held = new ArrayDeque<>();

  /** Characters of the answer that may be shown and are not yet. */
  private int released;

  /**
   * @param colour whether to mark with colours; otherwise with brackets
   */
  DraftView(Tokenizer tokenizer, boolean colour) {
    this.tokenizer = tokenizer;
    this.text = tokenizer.detokenizer();
    this.acceptedStart = colour ? GREEN : "[+";
    this.rejectedStart = colour ? RED_STRUCK : "[-";
    this.end = colour ? PLAIN : "]";
  }

  /**
   * One step's text, marked. As much of the answer is shown as the step's text releases: what may
   * be the start of a stop text is kept back, and the stop text itself never comes.
   */
  String show(Step step) {
    int accepted = Math.min(step.accepted(), step.tokens().length);
    held.add(new Piece(acceptedStart, add(step.tokens(), 0, accepted)));
    int[] rejected = Arrays.copyOfRange(step.drafted(), step.accepted(), step.drafted().length);
    held.add(new Piece(rejectedStart, rejected.length == 0 ? "" : tokenizer.decode(rejected)));
    held.add(new Piece("", add(step.tokens(), accepted, step.tokens().length)));
    released += step.text().length();
    return release();
  }

  private String release() {
    StringBuilder shown = new StringBuilder();
    for (Piece piece = held.poll(); piece != null; piece = held.poll()) {
      if (piece.start().equals(rejectedStart)) {
        mark(shown, piece.start(), piece.text());
        continue;
      }
      int length = Math.min(released, piece.text().length());
      mark(shown, piece.start(), piece.text().substring(0, length));
      released -= length;
      if (length < piece.text().length()) {
        held.addFirst(new Piece(piece.start(), piece.text().substring(length)));
        return shown.toString();
      }
    }
    if (released > 0) {
      // More is released than there are whole characters: the answer has ended within one.
      shown.append(text.finish());
      released = 0;
    }
    return shown.toString();
  }

  private String add(int[] tokens, int from, int to) {
    StringBuilder added = new StringBuilder();
    for (int i = from; i < to; i++) {
      if (!tokenizer.isSpecial(tokens[i])) {
        added.append(text.add(tokens[i]));
      }
    }
    return added.toString();
  }

  private void mark(StringBuilder shown, String start, String marked) {
    if (marked.isEmpty() || start.isEmpty()) {
      shown.append(marked);
    } else {
      shown.append(start).append(marked).append(end);
    }
  }

  /** A part of the answer, or a rejected draft, and how it is marked: not at all if empty. */
  private record Piece(String start, String text) {}
}
