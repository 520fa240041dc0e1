package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What operations work on. {@code pass} is laid out as {@link PassBuffer}; shapes as in kernels.
 */
public sealed interface Arguments {
  /** The buffer of the pass. */
  IntArray pass();

  /** Most rows of activations. */
  int most();

  /**
   * Tokens to rows of the residual stream.
   *
   * @param matrix the embedding
   * @param factor of its rows
   */
  record Embed(IntArray pass, DeviceMatrix matrix, FloatArray residual, float factor, int most)
      implements Arguments {}

  /** The start of a sublayer without a norm in front. */
  record Start(IntArray pass, int most) implements Arguments {}

  /**
   * RMSNorm.
   *
   * @param weight [layers][width], or [width] for the output's
   */
  record Norm(
      IntArray pass,
      FloatArray residual,
      FloatArray weight,
      FloatArray normed,
      int width,
      float epsilon,
      int most)
      implements Arguments {}

  /**
   * A matrix times activations.
   *
   * @param output what the product goes to, or what it is added to
   * @param countAt place in {@code pass} of the number of rows
   * @param layerAt place in {@code pass} of the layer
   */
  record Project(
      IntArray pass,
      DeviceMatrix matrix,
      FloatArray input,
      FloatArray output,
      int countAt,
      int layerAt,
      int most)
      implements Arguments {}

  /**
   * A bias of a projection.
   *
   * @param bias [layers][channels]
   */
  record AddBias(IntArray pass, FloatArray bias, FloatArray output, int channels, int most)
      implements Arguments {}

  /**
   * Norms of queries and keys.
   *
   * @param weight [layers][channels of a unit of queries, of one of keys]
   * @param queryUnits of a row: heads, or 1 where all are normed as one
   * @param keyUnits likewise
   */
  record NormHeads(
      IntArray pass,
      FloatArray projected,
      FloatArray weight,
      int queryUnits,
      int keyUnits,
      HeadSizes sizes,
      float epsilon,
      int most)
      implements Arguments {
    /** Channels of a unit of queries. */
    int querySize() {
      return sizes.heads() * sizes.headSize() / queryUnits;
    }

    /** Channels of a unit of keys. */
    int keySize() {
      return sizes.keyValueHeads() * sizes.headSize() / keyUnits;
    }
  }

  /** RoPE and the cache's new rows. */
  record Rotate(
      IntArray pass,
      FloatArray projected,
      FloatArray angles,
      FloatArray keys,
      FloatArray values,
      HeadSizes sizes,
      int most)
      implements Arguments {}

  /**
   * Attention over the cache.
   *
   * @param scale of scores
   * @param cap of scores; 0 for none
   */
  record Attend(
      IntArray pass,
      FloatArray projected,
      FloatArray keys,
      FloatArray values,
      FloatArray attended,
      HeadSizes sizes,
      float scale,
      float cap,
      int most)
      implements Arguments {}

  /**
   * Activation and gate.
   *
   * @param activation as in {@link ElementKernels}
   */
  record Gate(
      IntArray pass, FloatArray gateAndUp, FloatArray gated, int activation, int hidden, int most)
      implements Arguments {}

  /**
   * Gate, up and activation in one.
   *
   * @param matrix of the layer: gate's rows, then up's
   */
  record ProjectAndGate(
      IntArray pass,
      DeviceMatrix matrix,
      FloatArray input,
      FloatArray gated,
      int activation,
      int most)
      implements Arguments {}

  /** Adding to the residual stream. */
  record Add(
      IntArray pass, FloatArray update, FloatArray residual, int width, float factor, int most)
      implements Arguments {}

  /**
   * Adding to the residual stream what is normed first.
   *
   * @param weight [layers][width]
   */
  record NormAndAdd(
      IntArray pass,
      FloatArray update,
      FloatArray weight,
      FloatArray residual,
      int width,
      float epsilon,
      int most)
      implements Arguments {}

  /** Holding logits down. */
  record Cap(IntArray pass, FloatArray logits, int vocabulary, float cap, int most)
      implements Arguments {}

  /** The best token of each row of logits. */
  record Rank(
      IntArray pass,
      FloatArray logits,
      IntArray best,
      FloatArray probability,
      int vocabulary,
      int most)
      implements Arguments {}

  /**
   * RMSNorm and a matrix in one.
   *
   * @param weight [layers][width], the norm's
   */
  record NormAndProject(
      IntArray pass,
      FloatArray residual,
      FloatArray weight,
      DeviceMatrix matrix,
      FloatArray output,
      float epsilon,
      int most)
      implements Arguments {}

  /**
   * Softmax of each row of logits.
   *
   * @param choice laid out as {@link ChoiceBuffer}, as in those below
   */
  record Softmax(
      IntArray pass,
      FloatArray logits,
      FloatArray choice,
      FloatArray probabilities,
      int vocabulary,
      int most)
      implements Arguments {}

  /** The last token that top-k and top-p keep of each row. */
  record Cut(
      IntArray pass,
      FloatArray logits,
      FloatArray probabilities,
      FloatArray choice,
      FloatArray least,
      IntArray last,
      int vocabulary,
      int most)
      implements Arguments {}

  /** What filters leave of each row's probabilities. */
  record Keep(
      IntArray pass,
      FloatArray logits,
      FloatArray choice,
      FloatArray least,
      IntArray last,
      FloatArray probabilities,
      int vocabulary,
      int most)
      implements Arguments {}

  /** The largest logits of each row. */
  record Select(
      IntArray pass,
      FloatArray logits,
      IntArray tokens,
      FloatArray values,
      int vocabulary,
      int k,
      int most)
      implements Arguments {}

  /** Greedy acceptance of a draft. */
  record AcceptBest(IntArray pass, IntArray best, IntArray result, int most) implements Arguments {}

  /** Speculative sampling's acceptance of a draft. */
  record AcceptDrawn(
      IntArray pass,
      FloatArray choice,
      FloatArray target,
      FloatArray draft,
      IntArray result,
      int vocabulary,
      int most)
      implements Arguments {}

  /**
   * Embeddings of mask slots.
   *
   * @param masks [slots][width]
   */
  record PlaceMasks(IntArray pass, FloatArray masks, FloatArray residual, int width, int most)
      implements Arguments {}

  /**
   * The first half of a bridge.
   *
   * @param matrix down
   */
  record Lower(IntArray pass, DeviceMatrix matrix, FloatArray residual, FloatArray low, int most)
      implements Arguments {}

  /**
   * The second half of a bridge.
   *
   * @param matrix up
   */
  record Cross(
      IntArray pass,
      FloatArray scale,
      DeviceMatrix matrix,
      FloatArray low,
      FloatArray residual,
      int most)
      implements Arguments {}

  /**
   * RoPE and the cache's new rows, with what an adapter adds.
   *
   * @param matrix up
   */
  record RotateAdapted(
      IntArray pass,
      FloatArray projected,
      FloatArray low,
      DeviceMatrix matrix,
      FloatArray angles,
      FloatArray keys,
      FloatArray values,
      HeadSizes sizes,
      int most)
      implements Arguments {}

  /**
   * Activation and gate, with what an adapter adds.
   *
   * @param matrix up
   */
  record GateAdapted(
      IntArray pass,
      FloatArray gateAndUp,
      FloatArray low,
      DeviceMatrix matrix,
      FloatArray gated,
      int activation,
      int hidden,
      int most)
      implements Arguments {}

  /**
   * What an adapter adds to a product.
   *
   * @param matrix up
   * @param firstPart rows of up that belong to the first of the products in one, such as queries
   * @param otherPart rows of each other
   */
  record Raise(
      IntArray pass,
      FloatArray low,
      DeviceMatrix matrix,
      FloatArray output,
      int firstPart,
      int otherPart,
      int most)
      implements Arguments {}

  /**
   * Adding to the residual stream, with what an adapter adds.
   *
   * @param matrix up
   */
  record AddAdapted(
      IntArray pass,
      FloatArray update,
      FloatArray low,
      DeviceMatrix matrix,
      FloatArray residual,
      float factor,
      int most)
      implements Arguments {}

  /**
   * Only the draft vocabulary competes.
   *
   * @param scored 1 for each block of tokens that can be drafted, 0 for others
   */
  record LeaveOut(IntArray pass, IntArray scored, FloatArray logits, int vocabulary, int most)
      implements Arguments {}

  /**
   * A layer's matrix times activations, and the matrix down of what an adapter adds to it.
   *
   * @param low receives the products with {@code down}
   */
  record ProjectAndLower(
      IntArray pass,
      DeviceMatrix matrix,
      DeviceMatrix down,
      FloatArray input,
      FloatArray output,
      FloatArray low,
      int most)
      implements Arguments {}

  /**
   * The output's matrix times activations, for the draft vocabulary.
   *
   * @param scored 1 for each block of tokens that can be drafted, 0 for others
   */
  record ProjectSome(
      IntArray pass,
      DeviceMatrix matrix,
      IntArray scored,
      FloatArray input,
      FloatArray logits,
      int most)
      implements Arguments {}
}
