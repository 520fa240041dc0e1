package dev.skipstone.cli;

import dev.skipstone.runtime.pass.LayerPath;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which sublayers are left out. */
final class SkipOptions {
  private static final int[] NONE = {};

  @Option(
      names = "--skip-attention",
      paramLabel = "LIST",
      description = "Layers whose attention block is left out, from 0: such as 3,5-9.")
  private String attention;

  @Option(
      names = "--skip-mlp",
      paramLabel = "LIST",
      description = "Layers whose MLP block is left out.")
  private String mlp;

  boolean given() {
    return attention != null || mlp != null;
  }

  /** Fails if a list is none. */
  void check() {
    parse("--skip-attention", attention);
    parse("--skip-mlp", mlp);
  }

  /** Adds what was given to a benchmark's settings. */
  void describe(Map<String, String> settings) {
    if (attention != null) {
      settings.put("skip_attention", attention);
    }
    if (mlp != null) {
      settings.put("skip_mlp", mlp);
    }
  }

  /** The path through a model of so many layers. */
  LayerPath path(int layers) {
    return LayerPath.skipping(
        layers, inModel("--skip-attention", attention, layers), inModel("--skip-mlp", mlp, layers));
  }

  private static int[] inModel(String option, String list, int layers) {
    int[] skipped = parse(option, list);
    for (int layer : skipped) {
      if (layer >= layers) {
        throw new UsageException(
            "%s: layer %d is not in the model, 0 to %d".formatted(option, layer, layers - 1));
      }
    }
    return skipped;
  }

  private static int[] parse(String option, String list) {
    return list == null ? NONE : IntLists.layers(option, list);
  }
}
