package dev.skipstone.model.tokenizer;

import java.util.Arrays;

/** Tokens by their prefixes: one step for each char. */
final class TokenTrie {
  static final int NONE = -1;
  static final int ROOT = 0;

  private static final long EMPTY = -1;

  private long[] edges = new long[1024];
  private int[] children = new int[1024];
  private int[] ids = new int[512];
  private int nodes = 1;

  TokenTrie() {
    Arrays.fill(edges, EMPTY);
    ids[ROOT] = NONE;
  }

  void add(String token, int id) {
    int node = ROOT;
    for (int i = 0; i < token.length(); i++) {
      int child = child(node, token.charAt(i));
      node = child == NONE ? grow(node, token.charAt(i)) : child;
    }
    ids[node] = id;
  }

  /** The node one char further, or {@link #NONE}. */
  int child(int node, char c) {
    long edge = edge(node, c);
    int slot = slot(edge);
    while (edges[slot] != EMPTY) {
      if (edges[slot] == edge) {
        return children[slot];
      }
      slot = (slot + 1) & (edges.length - 1);
    }
    return NONE;
  }

  /** The token that ends at a node, or {@link #NONE}. */
  int id(int node) {
    return ids[node];
  }

  private int grow(int node, char c) {
    if (nodes == ids.length) {
      ids = Arrays.copyOf(ids, 2 * nodes);
      long[] oldEdges = edges;
      int[] oldChildren = children;
      edges = new long[2 * oldEdges.length];
      children = new int[edges.length];
      Arrays.fill(edges, EMPTY);
      for (int i = 0; i < oldEdges.length; i++) {
        if (oldEdges[i] != EMPTY) {
          put(oldEdges[i], oldChildren[i]);
        }
      }
    }
    ids[nodes] = NONE;
    put(edge(node, c), nodes);
    return nodes++;
  }

  private void put(long edge, int child) {
    int slot = slot(edge);
    while (edges[slot] != EMPTY) {
      slot = (slot + 1) & (edges.length - 1);
    }
    edges[slot] = edge;
    children[slot] = child;
  }

  private static long edge(int node, char c) {
    return (long) node << 16 | c;
  }

  private int slot(long edge) {
    return (int) ((edge * 0x9E3779B97F4A7C15L) >>> 36) & (edges.length - 1);
  }
}
