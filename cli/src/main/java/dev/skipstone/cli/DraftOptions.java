package dev.skipstone.cli;

import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.draft.DraftMethod;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How tokens are drafted. */
final class DraftOptions {
  @Option(
      names = "--draft",
      paramLabel = "METHOD",
      description =
          "none: plain decoding; skip (default): the model itself with sublayers skipped; ngram:"
              + " what followed the same words before; s3d: several tokens in one pass of a trained"
              + " draft adapter; model: a separate small model. Greedy answers are the same with"
              + " each. (s2d and auto are not in this version.)")
  private String method;

  @Option(
      names = "--draft-tokens",
      paramLabel = "N",
      description =
          "Most tokens a draft, 1 to "
              + DraftMethod.MAX_DRAFT_TOKENS
              + " (default: "
              + DraftMethod.DEFAULT_DRAFT_TOKENS
              + "); as many are drafted as pay, or none.")
  private Integer tokens;

  @Mixin private SkipOptions skip;

  @Mixin private AdapterOption adapter;

  @Mixin private DraftModelOption draftModel;

  @Option(
      names = "--show-draft",
      description =
          "Show drafts in the text: accepted tokens green, rejected ones red and struck through;"
              + " [+accepted] [-rejected] where there are no colours.")
  private boolean show;

  boolean show() {
    return show;
  }

  /** Fails where options are wrong by themselves or together, before any model is loaded. */
  void check() {
    if (method != null) {
      DraftMethods.check("--draft " + method, method);
    }
    if (adapter.given() && !methodName().equals(DraftMethods.S3D)) {
      throw new UsageException("--adapter goes with --draft s3d, not " + methodName());
    }
    adapter.check();
    draftModel.check("--draft " + methodName(), methodName().equals(DraftModelOption.METHOD));
    if (tokens != null) {
      Checks.within("--draft-tokens", tokens, 1, DraftMethod.MAX_DRAFT_TOKENS);
      if (methodName().equals("none")) {
        throw new UsageException(
            "--draft-tokens goes with --draft skip, ngram, s3d or model, not none");
      }
    }
    skip.check();
    if (skip.given() && !methodName().equals("skip")) {
      throw new UsageException(
          "--skip-attention and --skip-mlp go with --draft skip, not " + methodName());
    }
  }

  String methodName() {
    return method == null ? "skip" : method;
  }

  /** Loads the model, with a draft adapter where the method has one. */
  Engine load(ModelOptions models, Streams streams) {
    Engine engine =
        methodName().equals(DraftMethods.S3D) ? models.load(adapter, streams) : models.load();
    if (!engine.loading().conversions().isEmpty()) {
      streams.err().println(Figures.loading(engine.loading()));
    }
    return engine;
  }

  /**
   * The methods for a model, to be closed before it; loads the draft model where the method has
   * one.
   */
  DraftMethods open(Engine engine, Streams streams) {
    return new DraftMethods(engine, draftModel.load(engine, streams), tokens, skip);
  }
}
