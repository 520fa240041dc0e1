package dev.skipstone.runtime.draft;

import dev.skipstone.model.Model;

/** No drafts. */
record PlainMethod() implements DraftMethod {
  @Override
  public String name() {
    return "none";
  }

  @Override
  public int draftTokens() {
    return 0;
  }

  @Override
  public double tokenCost(Model target) {
    return 0;
  }

  @Override
  public Drafter open(DraftContext context) {
    return (history, most, draft) -> {};
  }
}
