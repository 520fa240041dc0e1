package dev.skipstone.model.tokenizer;

/**
 * What one family of byte-level tokenizers does besides merging.
 *
 * @param preTokenizer how text is cut into pieces
 * @param nfc whether text is brought to Unicode's composed form first; decoding does not undo this
 * @param wholePieces whether a piece that is a token is taken as it is, whatever the merges say
 * @param prefixSpace whether a space is put before text that does not start with one
 */
record BpeRule(PreTokenizer preTokenizer, boolean nfc, boolean wholePieces, boolean prefixSpace) {
  BpeRule withPrefixSpace(boolean prefix) {
    return new BpeRule(preTokenizer, nfc, wholePieces, prefix);
  }
}
