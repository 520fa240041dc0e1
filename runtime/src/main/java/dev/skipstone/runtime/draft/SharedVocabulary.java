package dev.skipstone.runtime.draft;

import dev.skipstone.model.Model;
import dev.skipstone.model.tokenizer.Tokenizer;
import java.util.TreeSet;

/** The condition for drafting with another model: the same ids mean the same tokens. */
public final class SharedVocabulary {
  private SharedVocabulary() {}

  /**
   * Compares two vocabularies by what is in them: their sizes, each token's text, which tokens are
   * control tokens, and which end an answer.
   *
   * @throws IllegalArgumentException naming the first difference
   */
  public static void check(Model target, Model draft) {
    Tokenizer wanted = target.tokenizer();
    Tokenizer other = draft.tokenizer();
    same(target, draft, "tokens", wanted.vocabularySize(), other.vocabularySize());
    int logits = target.hyperParameters().vocabulary();
    same(target, draft, "logits", logits, draft.hyperParameters().vocabulary());
    for (int id = 0; id < wanted.vocabularySize(); id++) {
      if (!wanted.token(id).equals(other.token(id))) {
        throw differ(
            target,
            draft,
            "token %d is '%s' there and '%s' here"
                .formatted(id, other.token(id), wanted.token(id)));
      }
      if (wanted.isSpecial(id) != other.isSpecial(id)) {
        throw differ(
            target,
            draft,
            "token %d, '%s', is a control token %s only"
                .formatted(id, wanted.token(id), wanted.isSpecial(id) ? "here" : "there"));
      }
    }
    if (!wanted.endTokens().equals(other.endTokens())) {
      throw differ(
          target,
          draft,
          "the tokens that end an answer are %s there and %s here"
              .formatted(new TreeSet<>(other.endTokens()), new TreeSet<>(wanted.endTokens())));
    }
  }

  private static void same(Model target, Model draft, String what, int wanted, int other) {
    if (wanted != other) {
      throw differ(target, draft, "%d %s there and %d here".formatted(other, what, wanted));
    }
  }

  private static IllegalArgumentException differ(Model target, Model draft, String difference) {
    return new IllegalArgumentException(
        ("the draft model %s has another vocabulary than %s: %s; take a smaller model of the same"
                + " family")
            .formatted(draft.file().getFileName(), target.file().getFileName(), difference));
  }
}
