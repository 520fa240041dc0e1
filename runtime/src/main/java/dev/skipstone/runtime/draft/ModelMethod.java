package dev.skipstone.runtime.draft;

import dev.skipstone.model.Model;
import dev.skipstone.model.Tensor;

/** A separate model that drafts, with its settings. */
record ModelMethod(DraftModel draft, int draftTokens) implements DraftMethod {
  @Override
  public String name() {
    return "model";
  }

  /** The draft model's bytes as a share of the target's, as reading weights is most of a pass. */
  @Override
  public double tokenCost(Model target) {
    return (double) bytes(draft.model()) / bytes(target);
  }

  private static long bytes(Model model) {
    return model.tensors().stream()
        .mapToLong(Tensor::byteSize)
        .filter(size -> size != Tensor.UNKNOWN_SIZE)
        .sum();
  }

  @Override
  public boolean draftsOnRunner() {
    return false;
  }

  @Override
  public Drafter open(DraftContext context) {
    return new ModelDrafter(context, context.seat().take(draft));
  }
}
