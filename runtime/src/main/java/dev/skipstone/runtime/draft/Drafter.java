package dev.skipstone.runtime.draft;

/** Proposes tokens for one sequence. */
public interface Drafter {}
