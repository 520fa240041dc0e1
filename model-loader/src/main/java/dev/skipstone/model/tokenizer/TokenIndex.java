package dev.skipstone.model.tokenizer;

import java.util.Arrays;

/**
 * Finds tokens by their text. An open-addressing table of ids over the vocabulary's own strings, so
 * that parts of a string and bytes can be looked up without making a string of them.
 */
final class TokenIndex {
  static final int NONE = -1;

  private final String[] tokens;
  private final int[] table;

  /** An index of {@code tokens}, empty at first. */
  TokenIndex(String[] tokens) {
    this.tokens = tokens;
    table = new int[Integer.highestOneBit(Math.max(4, tokens.length)) * 4];
    Arrays.fill(table, NONE);
  }

  /** Adds a token; returns the id that already has this text, or {@link #NONE}. */
  int add(int id) {
    String token = tokens[id];
    int slot = slot(hash(0, token, 0, token.length()));
    while (table[slot] != NONE) {
      if (tokens[table[slot]].equals(token)) {
        return table[slot];
      }
      slot = (slot + 1) & (table.length - 1);
    }
    table[slot] = id;
    return NONE;
  }

  int find(String text) {
    return find(text, 0, text.length(), text.length());
  }

  int find(String text, int from, int to) {
    return find(text, from, to, text.length());
  }

  /** The token whose text is {@code text[0, leftEnd)} followed by the text from rightStart on. */
  int findJoined(String text, int leftEnd, int rightStart) {
    return find(text, 0, leftEnd, rightStart);
  }

  private int find(String text, int from, int to, int rightStart) {
    int rightLength = text.length() - rightStart;
    int length = to - from + rightLength;
    int slot = slot(hash(hash(0, text, from, to), text, rightStart, text.length()));
    while (table[slot] != NONE) {
      String token = tokens[table[slot]];
      if (token.length() == length
          && token.regionMatches(0, text, from, to - from)
          && token.regionMatches(to - from, text, rightStart, rightLength)) {
        return table[slot];
      }
      slot = (slot + 1) & (table.length - 1);
    }
    return NONE;
  }

  /** The token that the byte alphabet writes for these bytes. */
  int find(byte[] bytes, int length) {
    int hash = 0;
    for (int i = 0; i < length; i++) {
      hash = step(hash, ByteAlphabet.character(bytes[i] & 0xff));
    }
    int slot = slot(hash);
    while (table[slot] != NONE) {
      if (matches(tokens[table[slot]], bytes, length)) {
        return table[slot];
      }
      slot = (slot + 1) & (table.length - 1);
    }
    return NONE;
  }

  private static boolean matches(String token, byte[] bytes, int length) {
    if (token.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (token.charAt(i) != ByteAlphabet.character(bytes[i] & 0xff)) {
        return false;
      }
    }
    return true;
  }

  private int slot(int hash) {
    return (hash ^ (hash >>> 15)) & (table.length - 1);
  }

  private static int hash(int seed, String text, int from, int to) {
    int hash = seed;
    for (int i = from; i < to; i++) {
      hash = step(hash, text.charAt(i));
    }
    return hash;
  }

  private static int step(int hash, char c) {
    return (hash ^ c) * 0x9E3779B1;
  }
}
