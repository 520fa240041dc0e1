package dev.skipstone.model.convert;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.LayerAttention;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Multipliers;
import dev.skipstone.model.Rope;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.family.Family;
import dev.skipstone.model.family.LayerPattern;
import dev.skipstone.model.huggingface.HuggingFaceModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/** A checkpoint's sizes and constants as GGUF's metadata, where they differ from what is usual. */
final class ArchitectureKeys {
  private final HuggingFaceModel model;
  private final HyperParameters sizes;
  private final Family family;
  private final Map<String, Object> keys = new LinkedHashMap<>();
  private final List<Tensor> tensors = new ArrayList<>();

  /**
   * @throws ModelFileException if GGUF has no way to say what the model is
   */
  ArchitectureKeys(HuggingFaceModel model) {
    this.model = model;
    sizes = model.hyperParameters();
    family = model.family().inGguf();
    if (model.architecture().activation() != family.activation()) {
      throw unsaid("activation", "GGUF's " + family + " has another activation");
    }
    writeSizes();
    writeMultipliers();
    writeWindow();
    writeRotated();
    RopeKeys rope = new RopeKeys(model, globalRope());
    rope.keys().forEach(this::put);
    tensors.addAll(rope.tensors());
    writeLocalRope();
  }

  /**
   * Keys and values, behind {@code general.architecture}: Integer, Float, Boolean, String, List.
   */
  Map<String, Object> keys() {
    return keys;
  }

  /** Tensors that are not weights: divisors of RoPE's frequencies. */
  List<Tensor> tensors() {
    return tensors;
  }

  /** What llama.cpp computes otherwise: it knows of no window in what GGUF calls llama. */
  List<String> notes() {
    int window = window();
    return family.name().equals("llama") && window > 0 && window < sizes.context()
        ? List.of(
            "llama.cpp knows no sliding window in such a file: beyond %d positions it computes another"
                    .formatted(window)
                + " model")
        : List.of();
  }

  private int window() {
    return sizes.attention().stream().mapToInt(LayerAttention::window).max().orElse(0);
  }

  private void put(String name, Object value) {
    keys.put(family.name() + "." + name, value);
  }

  private void writeSizes() {
    put("block_count", sizes.layers());
    put("context_length", sizes.context());
    put("embedding_length", sizes.width());
    put("feed_forward_length", sizes.hidden());
    put("attention.head_count", sizes.heads());
    put("attention.head_count_kv", sizes.keyValueHeads());
    put("attention.key_length", sizes.headSize());
    put("attention.value_length", sizes.headSize());
    put("attention.layer_norm_rms_epsilon", sizes.normEpsilon());
    put("vocab_size", sizes.vocabulary());
    put("rope.dimension_count", sizes.ropeDimensions());
    put("rope.freq_base", sizes.ropeBase());
  }

  private void writeMultipliers() {
    Multipliers multipliers = sizes.multipliers();
    int scored =
        family.squareHeads(sizes.layers()) ? sizes.width() / sizes.heads() : sizes.headSize();
    putUnless(
        "embedding_scale", multipliers.embedding(), family.embeddingMultiplier(sizes.width()));
    putUnless("attention.scale", multipliers.scores(), Multipliers.plain(scored).scores());
    putUnless("residual_scale", multipliers.residual(), 1);
    if (model.metadata().containsKey("logits_scaling")) {
      // As it is there: the multiplier is its inverse.
      put("logit_scale", ((Number) model.metadata().get("logits_scaling")).floatValue());
    }
    putUnless("attn_logit_softcapping", multipliers.scoreCap(), 0);
    putUnless("final_logit_softcapping", multipliers.logitCap(), 0);
  }

  private void putUnless(String name, float value, float usual) {
    if (value != usual) {
      put(name, value);
    }
  }

  private void writeWindow() {
    int window = window();
    if (window == 0) {
      return;
    }
    put("attention.sliding_window", window);
    List<Boolean> local = sizes.attention().stream().map(layer -> layer.window() > 0).toList();
    IntPredicate usual = LayerPattern.every(window, family.globalEvery(), 0).local();
    if (!isPattern(local, usual)) {
      put("attention.sliding_window_pattern", local);
    }
  }

  private void writeRotated() {
    List<Boolean> rotated =
        sizes.attention().stream().map(layer -> layer.rope().isPresent()).toList();
    if (isPattern(rotated, LayerPattern.every(0, 0, family.unrotatedEvery()).rotated())) {
      return;
    }
    if (!family.ropeSwitch() || rotated.contains(true)) {
      throw unsaid("RoPE", "GGUF's " + family + " has it in other layers");
    }
    put("rope.scaling.finetuned", false);
  }

  private static boolean isPattern(List<Boolean> layers, IntPredicate pattern) {
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i) != pattern.test(i)) {
        return false;
      }
    }
    return true;
  }

  /** Of layers without a window, or of all where each has one. */
  private Rope globalRope() {
    return rope(false)
        .or(() -> rope(true))
        .orElse(new Rope(sizes.ropeBase(), sizes.ropeDimensions()));
  }

  private Optional<Rope> rope(boolean local) {
    return sizes.attention().stream()
        .filter(layer -> layer.window() > 0 == local)
        .flatMap(layer -> layer.rope().stream())
        .findFirst();
  }

  private void writeLocalRope() {
    Optional<Rope> local = rope(true);
    if (local.isEmpty() || (local.get().equals(globalRope()) && family.localRopeBase() == 0)) {
      return;
    }
    float base = local.get().base();
    if (!local.get().equals(new Rope(base, sizes.ropeDimensions()))) {
      throw unsaid("RoPE", "GGUF has no scaling of it in layers with a window");
    }
    put("rope.freq_base_swa", base);
  }

  private ModelFileException unsaid(String field, String problem) {
    return new ModelFileException(
        model.file(), field, ModelFileException.NO_OFFSET, "can't be written: " + problem);
  }
}
