package dev.skipstone.runtime.draft;

import dev.skipstone.runtime.adapter.DraftAdapter;
import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.LayerPath;

/** S3D with its settings. */
record S3dMethod(DraftAdapter adapter, int draftTokens) implements DraftMethod {
  @Override
  public String name() {
    return "s3d";
  }

  @Override
  public boolean inOnePass() {
    return true;
  }

  /** The share of sublayers that a draft pass runs. */
  @Override
  public double tokenCost(int layers) {
    LayerPath path = adapter.path(layers);
    return (double) path.sublayers() / (2 * layers);
  }

  @Override
  public Drafter open(DraftContext context) {
    AdapterWeights attached =
        context
            .runner()
            .adapter()
            .filter(weights -> weights.maskCount() + 1 == adapter.draftTokens())
            .filter(weights -> weights.path().equals(adapter.path(context.layers())))
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "the model was loaded without the draft adapter %s: name it when loading"
                        .formatted(adapter)));
    return new S3dDrafter(context, attached);
  }
}
