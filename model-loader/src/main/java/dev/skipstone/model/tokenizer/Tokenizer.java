package dev.skipstone.model.tokenizer;

import java.util.OptionalInt;
import java.util.Set;

/**
 * Text to token ids and back. Immutable and shareable between threads. Methods that take an id
 * throw an {@link IllegalArgumentException} if it is not in the vocabulary.
 */
public interface Tokenizer {
  /** Number of tokens; ids are 0 to one less. */
  int vocabularySize();

  /**
   * Text to tokens. Lone surrogates count as U+FFFD; bytes that the vocabulary lacks become its
   * unknown token.
   *
   * @param text any text
   * @param special whether special tokens written out in the text (such as {@code <|im_end|>}) are
   *     read as those tokens; never true for text from a user
   * @return token ids, without a beginning-of-sequence token
   * @throws IllegalArgumentException if the vocabulary lacks a byte of the text and has no unknown
   *     token
   */
  int[] encode(String text, boolean special);

  /** Tokens to text: special tokens as they are written, broken bytes as U+FFFD. */
  String decode(int... ids);

  /** The bytes that a token stands for (a part of a character is possible); not to be changed. */
  byte[] bytes(int id);

  /**
   * Whether {@link #decode} leaves out a space at the start of a text, which {@link #encode} puts
   * there.
   */
  default boolean dropsFirstSpace() {
    return false;
  }

  /** The token as written in the vocabulary. */
  String token(int id);

  /** Whether the token is a control token, whose text is not part of an answer. */
  boolean isSpecial(int id);

  /** Ids of the tokens that end an answer; possibly none. */
  Set<Integer> endTokens();

  /** Token to put before a text, where the model wants one. */
  OptionalInt beginToken();

  /** A decoder for one stream of tokens. */
  default Detokenizer detokenizer() {
    return new Detokenizer(this);
  }
}
