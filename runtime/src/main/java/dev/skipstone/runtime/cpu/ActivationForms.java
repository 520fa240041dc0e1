package dev.skipstone.runtime.cpu;

import java.util.EnumSet;
import java.util.Set;

/**
 * The forms that a model's projections take their inputs in.
 *
 * @param normed the residual stream, normed
 * @param attended the heads' outputs
 * @param gated the MLP's inside
 */
record ActivationForms(
    Set<ActivationForm> normed, Set<ActivationForm> attended, Set<ActivationForm> gated) {
  ActivationForms() {
    this(
        EnumSet.noneOf(ActivationForm.class),
        EnumSet.noneOf(ActivationForm.class),
        EnumSet.noneOf(ActivationForm.class));
  }
}
