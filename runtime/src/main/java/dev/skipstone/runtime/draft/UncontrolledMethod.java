package dev.skipstone.runtime.draft;

import dev.skipstone.model.Model;
import dev.skipstone.runtime.pass.PassRunner;

/** Another method with drafts of full length at every step. */
record UncontrolledMethod(DraftMethod method) implements DraftMethod {
  @Override
  public String name() {
    return method.name();
  }

  @Override
  public int draftTokens() {
    return method.draftTokens();
  }

  @Override
  public double tokenCost(Model target) {
    return method.tokenCost(target);
  }

  @Override
  public boolean inOnePass() {
    return method.inOnePass();
  }

  @Override
  public boolean isControlled() {
    return false;
  }

  @Override
  public boolean draftsOnRunner() {
    return method.draftsOnRunner();
  }

  @Override
  public int ridingMasks(PassRunner runner) {
    return method.ridingMasks(runner);
  }

  @Override
  public Drafter open(DraftContext context) {
    return method.open(context);
  }
}
