package dev.skipstone.runtime.draft;

import dev.skipstone.model.Model;
import dev.skipstone.runtime.adapter.DraftAdapter;
import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.PassRunner;

/**
 * S3D with its settings.
 *
 * @param masksRide whether its masks ride in verifying passes, where the backend can do that
 */
record S3dMethod(DraftAdapter adapter, int draftTokens, boolean masksRide) implements DraftMethod {
  /** A third one is seldom right. */
  private static final int MOST_RIDING = 2;

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
  public double tokenCost(Model target) {
    int layers = target.hyperParameters().layers();
    LayerPath path = adapter.path(layers);
    return (double) path.sublayers() / (2 * layers);
  }

  @Override
  public int ridingMasks(PassRunner runner) {
    return masksRide && runner.takesRidingMasks()
        ? Math.min(Math.min(draftTokens, MOST_RIDING), attached(runner).maskCount())
        : 0;
  }

  @Override
  public Drafter open(DraftContext context) {
    return new S3dDrafter(context, attached(context.runner()));
  }

  private AdapterWeights attached(PassRunner runner) {
    return runner
        .adapter()
        .filter(weights -> weights.maskCount() + 1 == adapter.draftTokens())
        .filter(weights -> weights.path().equals(adapter.path(weights.path().layers())))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "the model was loaded without the draft adapter %s: name it when loading"
                    .formatted(adapter)));
  }
}
