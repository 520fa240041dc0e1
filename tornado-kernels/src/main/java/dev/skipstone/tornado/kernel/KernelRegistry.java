package dev.skipstone.tornado.kernel;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every operation and its kernels. A new kernel is one method, and one entry in the list of its
 * operation, in the class that is named behind it here.
 *
 * <p>Kernels by group are for devices whose groups share work. Of a projection's kernels, those
 * that serve passes of one row and of a few by rule give every row the same bits; tiles are for
 * prompts only, and fragments are taken only where a profile says so.
 */
public final class KernelRegistry {
  /** Most rows of a pass that decodes, and must not differ from decoding row by row. */
  public static final int FEW_ROWS = PassBuffer.MAX_LOGIT_ROWS;

  /** Projections of matrices of float16. */
  private static final Set<String> OF_HALVES =
      Set.of(
          "projectHalvesFragments",
          "projectFewHalvesFragments",
          "projectHalvesTiled",
          "projectHalvesByGroup",
          "projectHalvesByItem");

  /** Projections that sum in an order of their own. */
  private static final Set<String> OF_FRAGMENTS =
      Set.of(
          "projectFragments",
          "projectHalvesFragments",
          "projectFewFragments",
          "projectFewHalvesFragments");

  /** Projections of matrices of vectors. */
  private static final Set<String> OF_VECTORS =
      Set.of("projectVectorsByGroup", "projectVectorsByItem");

  public static final Operation<Arguments.Embed> EMBED = RowVariants.EMBED;

  /** The start of a sublayer that has no norm in front. */
  public static final Operation<Arguments.Start> START = RowVariants.START;

  public static final Operation<Arguments.Norm> NORM = NormVariants.NORM;

  public static final Operation<Arguments.Norm> OUTPUT_NORM = NormVariants.OUTPUT_NORM;

  public static final Operation<Arguments.Project> PROJECT = ProjectionVariants.PROJECT;

  /** RMSNorm and projection in one. */
  public static final Operation<Arguments.NormAndProject> NORM_AND_PROJECT =
      ProjectionVariants.NORM_AND_PROJECT;

  /** Projection and residual in one. */
  public static final Operation<Arguments.Project> PROJECT_AND_ADD =
      ProjectionVariants.PROJECT_AND_ADD;

  /** Gate, up and activation in one. */
  public static final Operation<Arguments.ProjectAndGate> PROJECT_AND_GATE =
      ProjectionVariants.PROJECT_AND_GATE;

  public static final Operation<Arguments.AddBias> ADD_BIAS = RowVariants.ADD_BIAS;

  /** Norms of queries and keys. */
  public static final Operation<Arguments.NormHeads> NORM_HEADS = NormVariants.NORM_HEADS;

  public static final Operation<Arguments.Rotate> ROTATE = AttentionVariants.ROTATE;

  public static final Operation<Arguments.Attend> ATTEND = AttentionVariants.ATTEND;

  public static final Operation<Arguments.Gate> GATE = RowVariants.GATE;

  public static final Operation<Arguments.Add> ADD = RowVariants.ADD;

  /** A norm behind a sublayer, and the residual. */
  public static final Operation<Arguments.NormAndAdd> NORM_AND_ADD = NormVariants.NORM_AND_ADD;

  /** Holding logits down. */
  public static final Operation<Arguments.Cap> CAP = RowVariants.CAP;

  public static final Operation<Arguments.Rank> RANK = SamplingVariants.RANK;

  public static final Operation<Arguments.Softmax> SOFTMAX = SamplingVariants.SOFTMAX;

  /** The last token that top-k and top-p keep. */
  public static final Operation<Arguments.Cut> CUT = SamplingVariants.CUT;

  /** What the filters leave of probabilities. */
  public static final Operation<Arguments.Keep> KEEP = SamplingVariants.KEEP;

  public static final Operation<Arguments.Select> SELECT = SamplingVariants.SELECT;

  public static final Operation<Arguments.AcceptBest> ACCEPT_BEST = SamplingVariants.ACCEPT_BEST;

  public static final Operation<Arguments.AcceptDrawn> ACCEPT_DRAWN = SamplingVariants.ACCEPT_DRAWN;

  /** Embeddings of mask slots. */
  public static final Operation<Arguments.PlaceMasks> PLACE_MASKS = AdapterVariants.PLACE_MASKS;

  /** Projection, and the matrix down of what an adapter adds, in one. */
  public static final Operation<Arguments.ProjectAndLower> PROJECT_AND_LOWER =
      AdaptedProjectionVariants.PROJECT_AND_LOWER;

  /** Projection of the draft vocabulary only. */
  public static final Operation<Arguments.ProjectSome> PROJECT_SOME =
      AdaptedProjectionVariants.PROJECT_SOME;

  /** The first half of a bridge. */
  public static final Operation<Arguments.Lower> LOWER = AdapterVariants.LOWER;

  /** The second half of a bridge. */
  public static final Operation<Arguments.Cross> CROSS = AdapterVariants.CROSS;

  public static final Operation<Arguments.RotateAdapted> ROTATE_ADAPTED =
      AdapterVariants.ROTATE_ADAPTED;

  public static final Operation<Arguments.GateAdapted> GATE_ADAPTED = AdapterVariants.GATE_ADAPTED;

  public static final Operation<Arguments.AddAdapted> ADD_ADAPTED = AdapterVariants.ADD_ADAPTED;

  /** What an adapter adds to a product, by itself. */
  public static final Operation<Arguments.Raise> RAISE = AdapterVariants.RAISE;

  /** Logits of tokens that can't be drafted. */
  public static final Operation<Arguments.LeaveOut> LEAVE_OUT = AdapterVariants.LEAVE_OUT;

  private KernelRegistry() {}

  /** Every operation. */
  public static List<Operation<?>> operations() {
    return List.of(
        EMBED,
        START,
        NORM,
        OUTPUT_NORM,
        NORM_AND_PROJECT,
        PROJECT,
        PROJECT_AND_ADD,
        PROJECT_AND_GATE,
        ADD_BIAS,
        NORM_HEADS,
        ROTATE,
        ATTEND,
        GATE,
        ADD,
        NORM_AND_ADD,
        CAP,
        RANK,
        SOFTMAX,
        CUT,
        KEEP,
        SELECT,
        ACCEPT_BEST,
        ACCEPT_DRAWN,
        PLACE_MASKS,
        PROJECT_AND_LOWER,
        PROJECT_SOME,
        LOWER,
        CROSS,
        ROTATE_ADAPTED,
        GATE_ADAPTED,
        ADD_ADAPTED,
        RAISE,
        LEAVE_OUT);
  }

  /** Every operation by its name, in order. */
  public static Map<String, Operation<?>> byName() {
    Map<String, Operation<?>> byName = new LinkedHashMap<>();
    operations().forEach(operation -> byName.put(operation.name(), operation));
    return byName;
  }

  /** Operations that may be done in parts, by {@link #PROJECT} and others. */
  public static List<String> fused() {
    return List.of(
        NORM_AND_PROJECT.name(),
        PROJECT_AND_ADD.name(),
        PROJECT_AND_GATE.name(),
        PROJECT_AND_LOWER.name(),
        PROJECT_SOME.name());
  }

  /** Those of {@link #fused} that serve the target's passes of some numbers of rows only. */
  private static List<String> fusedByRows() {
    return List.of(NORM_AND_PROJECT.name(), PROJECT_AND_ADD.name(), PROJECT_AND_GATE.name());
  }

  /**
   * Fused operations that a profile has to take apart and does not: by rule their kernels serve
   * some passes only, and they do not sum as the fragments do that it prefers for the others.
   */
  public static List<String> fusedBesideFragments(KernelProfile profile) {
    return profile.preferred(PROJECT.name()).stream().anyMatch(OF_FRAGMENTS::contains)
        ? fusedByRows().stream().filter(operation -> !profile.takesApart(operation)).toList()
        : List.of();
  }

  /** Whether float16 matrices are to be {@link Encoding#NATIVE_HALF}, where the device has half. */
  public static boolean takesHalves(KernelProfile profile) {
    List<String> preferred = profile.preferred(PROJECT.name());
    return preferred.isEmpty() || preferred.stream().anyMatch(OF_HALVES::contains);
  }

  /** Whether words are to be in vectors. */
  public static boolean takesVectors(KernelProfile profile) {
    return profile.preferred(PROJECT.name()).stream().anyMatch(OF_VECTORS::contains);
  }
}
