package dev.skipstone.model.tokenizer;

import java.util.Arrays;

/** A growing array of token ids. */
final class TokenBuffer {
  private int[] ids = new int[32];
  private int size;

  void add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, size + (size >> 1));
    }
    ids[size++] = id;
  }

  int[] toArray() {
    return Arrays.copyOf(ids, size);
  }
}
