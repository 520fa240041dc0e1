package dev.skipstone.model.family;

import dev.skipstone.model.Architecture.Activation;
import dev.skipstone.model.Architecture.RopePairing;
import dev.skipstone.model.TensorRole;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A family of models, as data: what its files don't say of themselves. Immutable; {@link Families}
 * has all of them.
 */
public final class Family implements Cloneable {
  private String name;
  private List<String> ggufNames;
  private Family ggufFamily;
  private List<String> configNames;
  private Activation activation = Activation.SILU;
  private RopePairing ggufRope = RopePairing.HALVES;
  private Set<TensorRole> needed =
      EnumSet.of(
          TensorRole.TOKEN_EMBEDDING,
          TensorRole.OUTPUT_NORM,
          TensorRole.ATTENTION_NORM,
          TensorRole.ATTENTION_QUERY,
          TensorRole.ATTENTION_KEY,
          TensorRole.ATTENTION_VALUE,
          TensorRole.ATTENTION_OUTPUT,
          TensorRole.MLP_NORM,
          TensorRole.MLP_GATE,
          TensorRole.MLP_UP,
          TensorRole.MLP_DOWN);

  private TensorNames ggufTensors = TensorNames.GGUF;
  private TensorNames configTensors = TensorNames.HUGGING_FACE;
  private Map<String, Object> configDefaults = Map.of();
  private boolean scaledEmbedding;
  private boolean normsFromOne;
  private int globalEvery;
  private int unrotatedEvery;
  private int squareHeadLayers;
  private float localRopeBase;
  private String ropeType = "rope";
  private boolean ropeSwitch;

  private Family(String name) {
    this.name = name;
    ggufNames = List.of(name);
    configNames = List.of(name);
  }

  /** What is named like this in GGUF and in Hugging Face's configurations: a llama but for that. */
  static Family named(String name) {
    return new Family(name);
  }

  private Family with(Consumer<Family> change) {
    try {
      Family copy = (Family) clone();
      change.accept(copy);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  /** Another family that has all of this. */
  Family renamed(String other) {
    return with(copy -> {
      copy.name = other;
      copy.ggufNames = List.of(other);
      copy.configNames = List.of(other);
    });
  }

  /** GGUF has it as another family, which is the same but for the checkpoints. */
  Family inGgufAs(Family other) {
    return with(copy -> {
      copy.ggufNames = List.of();
      copy.ggufFamily = other;
    });
  }

  /** The values of {@code model_type} in {@code config.json}. */
  Family inConfig(String... names) {
    return with(copy -> copy.configNames = List.of(names));
  }

  /** Its GGUF files have the rows of queries and keys permuted, for pairs of adjacent channels. */
  Family permutedInGguf() {
    return with(copy -> copy.ggufRope = RopePairing.ADJACENT);
  }

  Family withActivation(Activation other) {
    return with(copy -> copy.activation = other);
  }

  /** Roles that every layer needs, beside the usual ones. */
  Family needing(TensorRole... roles) {
    return with(copy -> {
      copy.needed = EnumSet.copyOf(needed);
      copy.needed.addAll(Arrays.asList(roles));
    });
  }

  /** Roles that no layer has. */
  Family without(TensorRole... roles) {
    return with(copy -> {
      copy.needed = EnumSet.copyOf(needed);
      Arrays.asList(roles).forEach(copy.needed::remove);
    });
  }

  /** What a tensor of its GGUF files is for, if it is not the usual. */
  Family ggufTensor(String tensor, TensorRole... roles) {
    return with(copy -> copy.ggufTensors = ggufTensors.with(tensor, roles));
  }

  /** What a tensor of its checkpoints is for, if it is not the usual. */
  Family configTensor(String tensor, TensorRole... roles) {
    return with(copy -> copy.configTensors = configTensors.with(tensor, roles));
  }

  /** What a key of {@code config.json} is where it is missing. */
  Family configDefault(String key, Object value) {
    return with(copy -> {
      copy.configDefaults = new HashMap<>(configDefaults);
      copy.configDefaults.put(key, value);
    });
  }

  /** Embeddings are multiplied with sqrt(width). */
  Family withScaledEmbedding() {
    return with(copy -> copy.scaledEmbedding = true);
  }

  /** Its checkpoints have norms' weights less 1. */
  Family withNormsFromOne() {
    return with(copy -> copy.normsFromOne = true);
  }

  /** Where there is a window, every n-th layer has none; 0 for a window in all layers. */
  Family globalEvery(int layers) {
    return with(copy -> copy.globalEvery = layers);
  }

  /** Layers with a window have RoPE of this base, not scaled. */
  Family localRopeBase(float base) {
    return with(copy -> copy.localRopeBase = base);
  }

  /** The {@code position_embedding_type} of configurations that have none. */
  Family withRopeType(String type) {
    return with(copy -> copy.ropeType = type);
  }

  /** In GGUF, {@code rope.scaling.finetuned} says whether there is RoPE. */
  Family withRopeSwitch() {
    return with(copy -> copy.ropeSwitch = true);
  }

  /** Every n-th layer has no RoPE. */
  Family unrotatedEvery(int layers) {
    return with(copy -> copy.unrotatedEvery = layers);
  }

  /**
   * In GGUF, which lacks the key, models of so many layers scale scores by width / heads instead of
   * the head's size.
   */
  Family squareHeadsWith(int layers) {
    return with(copy -> copy.squareHeadLayers = layers);
  }

  /** The name for people. */
  public String name() {
    return name;
  }

  /** What GGUF has it as: itself, in most cases. */
  public Family inGguf() {
    return ggufFamily == null ? this : ggufFamily;
  }

  List<String> ggufNames() {
    return ggufNames;
  }

  List<String> configNames() {
    return configNames;
  }

  /** Of the MLP's gate, where the file does not say. */
  public Activation activation() {
    return activation;
  }

  /** How its GGUF files pair channels. */
  public RopePairing ggufRope() {
    return ggufRope;
  }

  /** Whether a model of this family needs a tensor of a role. */
  public boolean needs(TensorRole role) {
    return needed.contains(role);
  }

  /** Whether a model of this family can have a tensor of a role. */
  public boolean allows(TensorRole role) {
    return needs(role) || role.isBias() || role == TensorRole.OUTPUT;
  }

  /** What its GGUF files call tensors. */
  public TensorNames ggufTensors() {
    return ggufTensors;
  }

  /** What its checkpoints call tensors. */
  public TensorNames configTensors() {
    return configTensors;
  }

  /** What keys of {@code config.json} are where they are missing. */
  public Map<String, Object> configDefaults() {
    return configDefaults;
  }

  /** What embeddings are multiplied with, where the file does not say. */
  public float embeddingMultiplier(int width) {
    return scaledEmbedding ? (float) Math.sqrt(width) : 1;
  }

  /** What is to be added to the norms' weights of checkpoints. */
  public float normOffset() {
    return normsFromOne ? 1 : 0;
  }

  /** Every n-th layer has no window, where the file does not say; 0 for a window in all layers. */
  public int globalEvery() {
    return globalEvery;
  }

  /**
   * Base of RoPE in layers with a window, where the file does not say; 0 for that of the others.
   */
  public float localRopeBase() {
    return localRopeBase;
  }

  /** {@code rope}, or {@code nope} for none, where a configuration does not say. */
  public String ropeType() {
    return ropeType;
  }

  /** Whether GGUF's {@code rope.scaling.finetuned} says whether there is RoPE. */
  public boolean ropeSwitch() {
    return ropeSwitch;
  }

  /** Every n-th layer has no RoPE, where the file does not say; 0 for none. */
  public int unrotatedEvery() {
    return unrotatedEvery;
  }

  /** Whether a GGUF model of so many layers scales scores by width / heads. */
  public boolean squareHeads(int layers) {
    return squareHeadLayers > 0 && layers == squareHeadLayers;
  }

  @Override
  public String toString() {
    return name;
  }
}
