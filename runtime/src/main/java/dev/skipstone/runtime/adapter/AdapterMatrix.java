package dev.skipstone.runtime.adapter;

import dev.skipstone.model.TensorRole;
import java.util.Arrays;
import java.util.Optional;

/** The matrices that a delta can be for, by their names in a file. */
enum AdapterMatrix {
  WQ(TensorRole.ATTENTION_QUERY, true),
  WK(TensorRole.ATTENTION_KEY, true),
  WV(TensorRole.ATTENTION_VALUE, true),
  WO(TensorRole.ATTENTION_OUTPUT, true),
  WG(TensorRole.MLP_GATE, false),
  WU(TensorRole.MLP_UP, false),
  WD(TensorRole.MLP_DOWN, false);

  private final TensorRole role;
  private final boolean attention;

  AdapterMatrix(TensorRole role, boolean attention) {
    this.role = role;
    this.attention = attention;
  }

  static Optional<AdapterMatrix> of(TensorRole role) {
    return Arrays.stream(values()).filter(matrix -> matrix.role == role).findFirst();
  }

  TensorRole role() {
    return role;
  }

  /** Whether it is part of the attention block; else of the MLP block. */
  boolean attention() {
    return attention;
  }

  /** Whether its rows are rotated by RoPE. */
  boolean rotated() {
    return this == WQ || this == WK;
  }
}
