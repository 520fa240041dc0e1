package dev.skipstone.model.tokenizer;

import java.util.ArrayList;
import java.util.List;

/**
 * What a tokenizer does to text around its model.
 *
 * @param normalizers how text is changed before normalized added tokens are looked for; decoding
 *     does not undo this
 * @param openings how text between added tokens is changed then
 * @param splits how it is cut into pieces, one step within the other
 * @param dropsFirstSpace whether decoding leaves out a space at the start of a text
 */
record TextRules(
    List<TextStep> normalizers,
    List<TextStep> openings,
    List<Split> splits,
    boolean dropsFirstSpace) {
  /** These, with what the last step removes between its matches left as pieces. */
  TextRules withLastSplitIsolated() {
    if (splits.isEmpty()
        || !splits.getLast().invert()
        || splits.getLast().behavior() != Split.Behavior.REMOVED) {
      return this;
    }
    List<Split> changed = new ArrayList<>(splits.subList(0, splits.size() - 1));
    changed.add(new Split(splits.getLast().pattern(), Split.Behavior.ISOLATED, false));
    return new TextRules(normalizers, openings, List.copyOf(changed), dropsFirstSpace);
  }

  boolean changesText() {
    return !normalizers.isEmpty() || !openings.isEmpty();
  }
}
