package dev.skipstone.cli;

import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.draft.DraftMethod;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How tokens are drafted. */
final class DraftOptions {
  static final List<String> METHODS = List.of("none", "skip", "ngram", "s3d");
  private static final String S3D = "s3d";
  private static final List<String> LATER = List.of("s2d", "model", "auto");

  @Option(
      names = "--draft",
      paramLabel = "METHOD",
      description =
          "none: plain decoding; skip (default): the model itself with sublayers skipped; ngram:"
              + " what followed the same words before; s3d: several tokens in one pass of a trained"
              + " draft adapter. Greedy answers are the same with each. (s2d, model and auto are not"
              + " in this version.)")
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

  @Option(
      names = "--draft-model",
      paramLabel = "FILE",
      description = "Small model that drafts (not in this version).")
  private String draftModel;

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
      checkMethod("--draft " + method, method);
    }
    if (adapter.given() && !methodName().equals(S3D)) {
      throw new UsageException("--adapter goes with --draft s3d, not " + methodName());
    }
    adapter.check();
    if (draftModel != null) {
      throw new UsageException("--draft-model is not in this version: no drafter here takes one");
    }
    if (tokens != null) {
      Checks.within("--draft-tokens", tokens, 1, DraftMethod.MAX_DRAFT_TOKENS);
      if (methodName().equals("none")) {
        throw new UsageException("--draft-tokens goes with --draft skip, ngram or s3d, not none");
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
    Engine engine = methodName().equals(S3D) ? models.load(adapter, streams) : models.load();
    if (!engine.loading().conversions().isEmpty()) {
      streams.err().println(Figures.loading(engine.loading()));
    }
    return engine;
  }

  /** The method for a model. */
  DraftMethod method(Engine engine) {
    return method(methodName(), engine);
  }

  /** Another method, with the other options as they are. */
  DraftMethod method(String name, Engine engine) {
    checkMethod(name, name);
    return method(name, tokens, skip, engine);
  }

  /**
   * @param name one of {@link #METHODS}
   * @param tokens most tokens a draft; null for the default
   * @param skip what {@code skip} leaves out, if given
   */
  static DraftMethod method(String name, Integer tokens, SkipOptions skip, Engine engine) {
    int layers = engine.model().hyperParameters().layers();
    int most = tokens == null ? DraftMethod.DEFAULT_DRAFT_TOKENS : tokens;
    return switch (name) {
      case "none" -> DraftMethod.none();
      case "ngram" -> DraftMethod.ngram(most);
      case S3D ->
          engine
              .options()
              .adapter()
              .map(adapter -> DraftMethod.s3d(adapter, most))
              .orElseThrow(() ->
                  new UsageException(
                      "s3d needs a draft adapter, which the model was loaded without: start with"
                          + " --draft s3d"));
      default -> DraftMethod.skip(skip.given() ? skip.path(layers) : null, most);
    };
  }

  static void checkMethod(String what, String name) {
    if (LATER.contains(name)) {
      throw new UsageException(what + " is not in this version; use none, skip, ngram or s3d");
    }
    if (!METHODS.contains(name)) {
      throw new UsageException(what + ": no such method; use none, skip, ngram or s3d");
    }
  }
}
