package dev.skipstone.cli;

import dev.skipstone.model.tokenizer.Detokenizer;
import dev.skipstone.model.tokenizer.Tokenizer;
import dev.skipstone.runtime.Step;
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

  /** One step's text, marked. */
  String show(Step step) {
    int accepted = Math.min(step.accepted(), step.tokens().length);
    StringBuilder shown = new StringBuilder();
    mark(shown, acceptedStart, add(step.tokens(), 0, accepted));
    int[] rejected = Arrays.copyOfRange(step.drafted(), step.accepted(), step.drafted().length);
    mark(shown, rejectedStart, rejected.length == 0 ? "" : tokenizer.decode(rejected));
    return shown.append(add(step.tokens(), accepted, step.tokens().length)).toString();
  }

  /** What the last step left unfinished. */
  String finish() {
    return text.finish();
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
    if (!marked.isEmpty()) {
      shown.append(start).append(marked).append(end);
    }
  }
}
