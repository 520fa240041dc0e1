package dev.skipstone.model.tokenizer;

/** Turns pieces of text to tokens: what is learnt from data. Immutable. */
sealed interface SubwordModel permits ByteLevelBpe, CharacterBpe, Unigram {
  /** Takes the pieces of one text and adds their tokens to {@code out}; for one thread. */
  PieceSink encoder(TokenBuffer out);
}
