package dev.skipstone.cli;

import dev.skipstone.adapt.SublayerFinder;
import dev.skipstone.runtime.pass.LayerPath;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which sublayers a draft keeps, and how many. */
final class KeptOptions {
  private static final String SYMMETRIC = "symmetric";
  private static final String KEPT = "--kept";
  private static final String ATTENTION = "--kept-attention";
  private static final String MLP = "--kept-mlp";
  private static final String SUBLAYERS = "--sublayers";

  @Option(
      names = KEPT,
      paramLabel = "LIST",
      description =
          "Layers whose attention and MLP sublayers a draft runs, such as 0,1,20-29, or symmetric,"
              + " the first and last ones (default: found by a search).")
  private String kept;

  @Option(
      names = ATTENTION,
      paramLabel = "LIST",
      description = "Layers whose attention sublayer a draft runs; with " + MLP + ".")
  private String attention;

  @Option(
      names = MLP,
      paramLabel = "LIST",
      description = "Layers whose MLP sublayer a draft runs; with " + ATTENTION + ".")
  private String mlp;

  @Option(
      names = SUBLAYERS,
      paramLabel = "N",
      description = "Sublayers that the search, or symmetric, keeps (default: a third of all).")
  private Integer sublayers;

  /** Fails where the options are wrong whatever the model is. */
  void check() {
    if (kept != null && !kept.equals(SYMMETRIC)) {
      IntLists.layers(KEPT, kept);
    }
    if ((attention == null) != (mlp == null)) {
      throw new UsageException(ATTENTION + " and " + MLP + " go together");
    }
    if (attention != null && kept != null) {
      throw new UsageException(KEPT + " says it all; leave out " + ATTENTION + " and " + MLP);
    }
    if (sublayers != null) {
      Checks.atLeast(SUBLAYERS, sublayers, 2);
      if (attention != null || (kept != null && !kept.equals(SYMMETRIC))) {
        throw new UsageException(SUBLAYERS + ": the kept ones are given already");
      }
    }
  }

  /** The path that was given; empty if it is to be found. */
  Optional<LayerPath> given(int layers) {
    if (attention != null) {
      return Optional.of(
          LayerPath.keeping(layers, list(ATTENTION, attention, layers), list(MLP, mlp, layers)));
    }
    if (kept == null) {
      return Optional.empty();
    }
    if (kept.equals(SYMMETRIC)) {
      return Optional.of(SublayerFinder.symmetric(layers, count(layers)));
    }
    int[] list = list(KEPT, kept, layers);
    return Optional.of(LayerPath.keeping(layers, list, list));
  }

  private static int[] list(String option, String text, int layers) {
    int[] list = IntLists.layers(option, text);
    for (int layer : list) {
      if (layer >= layers) {
        throw new UsageException(
            "%s: layer %d is not in the model, 0 to %d".formatted(option, layer, layers - 1));
      }
    }
    return list;
  }

  /** How many sublayers are kept where they are not given. */
  int count(int layers) {
    int count = sublayers == null ? Math.max(2, 2 * layers / 3) : sublayers;
    if (count > 2 * layers) {
      throw new UsageException(
          "%s is %d; the model has %d".formatted(SUBLAYERS, count, 2 * layers));
    }
    return count;
  }
}
