package dev.skipstone.runtime.draft;

import dev.skipstone.model.Model;

/** Prompt lookup with its settings. */
record NgramMethod(int draftTokens) implements DraftMethod {
  @Override
  public String name() {
    return "ngram";
  }

  @Override
  public double tokenCost(Model target) {
    return 0;
  }

  @Override
  public Drafter open(DraftContext context) {
    return new NgramDrafter();
  }
}
