package dev.skipstone.model;

import dev.skipstone.model.Architecture.Activation;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a model has beyond a plain llama block, whose parts are pre-norms, RoPE, full attention and
 * SwiGLU: for those that execute less than every model, to refuse a model by what it has.
 */
public enum ModelFeature {
  /** A product has a bias. */
  BIASES("biases"),
  /** Queries and keys are normed. */
  QUERY_KEY_NORM("norms of queries and keys"),
  /** There is no norm in front of a sublayer, or one behind it. */
  OTHER_NORMS("norms behind sublayers"),
  /** The gate's activation is not SiLU. */
  OTHER_ACTIVATION("an activation other than SiLU"),
  /** Some layers look at the last positions only, in a context that is longer. */
  WINDOWS("sliding windows"),
  /** RoPE's frequencies or magnitude are scaled, or layers have different ones. */
  SCALED_ROPE("scaled RoPE"),
  /** Some layers have no RoPE. */
  NO_ROPE("layers without RoPE"),
  /** Embedding, scores, residual stream or logits are multiplied with constants. */
  MULTIPLIERS("multipliers of embedding, scores, residuals or logits"),
  /** Scores or logits are capped. */
  SOFT_CAPS("soft caps");

  private final String text;

  ModelFeature(String text) {
    this.text = text;
  }

  /** All that a model has. */
  public static Set<ModelFeature> of(Model model) {
    Set<ModelFeature> found = EnumSet.noneOf(ModelFeature.class);
    addOfTensors(model, found);
    HyperParameters sizes = model.hyperParameters();
    if (model.architecture().activation() != Activation.SILU) {
      found.add(OTHER_ACTIVATION);
    }
    Rope usual = new Rope(sizes.ropeBase(), sizes.ropeDimensions());
    if (any(sizes, layer -> layer.window() > 0 && layer.window() < sizes.context())) {
      found.add(WINDOWS);
    }
    if (any(sizes, layer -> layer.rope().isEmpty())) {
      found.add(NO_ROPE);
    }
    if (any(sizes, layer -> !layer.rope().orElse(usual).equals(usual))) {
      found.add(SCALED_ROPE);
    }
    Multipliers multipliers = sizes.multipliers();
    if (multipliers.scoreCap() != 0 || multipliers.logitCap() != 0) {
      found.add(SOFT_CAPS);
    }
    Multipliers plain = Multipliers.plain(sizes.headSize());
    if (!plain.equals(
        new Multipliers(
            multipliers.embedding(),
            multipliers.scores(),
            multipliers.residual(),
            multipliers.logits(),
            0,
            0))) {
      found.add(MULTIPLIERS);
    }
    return found;
  }

  private static boolean any(HyperParameters sizes, Predicate<LayerAttention> condition) {
    return sizes.attention().stream().distinct().anyMatch(condition);
  }

  private static void addOfTensors(Model model, Set<ModelFeature> found) {
    for (int layer = 0; layer < model.hyperParameters().layers(); layer++) {
      for (TensorRole role : TensorRole.values()) {
        boolean there = role.perLayer() && model.find(role, layer).isPresent();
        switch (role) {
          case ATTENTION_QUERY_NORM, ATTENTION_KEY_NORM -> add(found, QUERY_KEY_NORM, there);
          case ATTENTION_POST_NORM, MLP_POST_NORM -> add(found, OTHER_NORMS, there);
          case ATTENTION_NORM, MLP_NORM -> add(found, OTHER_NORMS, !there);
          default -> add(found, BIASES, there && role.isBias());
        }
      }
    }
  }

  private static void add(Set<ModelFeature> found, ModelFeature feature, boolean has) {
    if (has) {
      found.add(feature);
    }
  }

  /**
   * Refuses a model that has what is not executed.
   *
   * @param who executes it, as the message's subject
   * @param known what it executes beyond a plain llama block
   * @param advice what to do instead, without a final stop
   * @throws ModelFileException if the model has more
   */
  public static void refuseOthers(Model model, String who, Set<ModelFeature> known, String advice) {
    Set<ModelFeature> others = of(model);
    others.removeAll(known);
    if (!others.isEmpty()) {
      throw new ModelFileException(
          model.file(),
          "architecture " + model.architecture().name(),
          ModelFileException.NO_OFFSET,
          "%s does not support models with %s yet: %s"
              .formatted(
                  who,
                  others.stream().map(ModelFeature::toString).collect(Collectors.joining(", ")),
                  advice));
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
