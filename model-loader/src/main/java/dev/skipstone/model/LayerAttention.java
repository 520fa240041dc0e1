package dev.skipstone.model;

import java.util.Optional;

/**
 * What a layer's attention looks at.
 *
 * @param window positions that a row attends to, its own included; 0 for all before it
 * @param rope rotation of queries and keys; empty where the layer has none (NoPE, arXiv 2305.19466)
 */
public record LayerAttention(int window, Optional<Rope> rope) {}
