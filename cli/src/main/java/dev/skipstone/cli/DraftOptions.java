package dev.skipstone.cli;

import dev.skipstone.runtime.draft.DraftMethod;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How tokens are drafted. */
final class DraftOptions {
  static final List<String> METHODS = List.of("none", "skip", "ngram");
  private static final List<String> LATER = List.of("s3d", "s2d", "model", "auto");

  @Option(
      names = "--draft",
      paramLabel = "METHOD",
      description =
          "none: plain decoding; skip (default): the model itself with sublayers skipped; ngram:"
              + " what followed the same words before. Greedy answers are the same with each."
              + " (s3d, s2d, model and auto are not in this version.)")
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

  @Option(
      names = "--adapter",
      paramLabel = "FILE",
      description = "Draft adapter, for s3d and s2d (not in this version).")
  private String adapter;

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
    if (adapter != null) {
      throw new UsageException("--adapter is not in this version: no drafter here takes one");
    }
    if (draftModel != null) {
      throw new UsageException("--draft-model is not in this version: no drafter here takes one");
    }
    if (tokens != null) {
      Checks.within("--draft-tokens", tokens, 1, DraftMethod.MAX_DRAFT_TOKENS);
      if (methodName().equals("none")) {
        throw new UsageException("--draft-tokens goes with --draft skip or ngram, not none");
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

  /** The method for a model of so many layers. */
  DraftMethod method(int layers) {
    return method(methodName(), layers);
  }

  /** Another method, with the other options as they are. */
  DraftMethod method(String name, int layers) {
    checkMethod(name, name);
    return method(name, tokens, skip, layers);
  }

  /**
   * @param name one of {@link #METHODS}
   * @param tokens most tokens a draft; null for the default
   * @param skip what {@code skip} leaves out, if given
   */
  static DraftMethod method(String name, Integer tokens, SkipOptions skip, int layers) {
    int most = tokens == null ? DraftMethod.DEFAULT_DRAFT_TOKENS : tokens;
    return switch (name) {
      case "none" -> DraftMethod.none();
      case "ngram" -> DraftMethod.ngram(most);
      default -> DraftMethod.skip(skip.given() ? skip.path(layers) : null, most);
    };
  }

  static void checkMethod(String what, String name) {
    if (LATER.contains(name)) {
      throw new UsageException(what + " is not in this version; use none, skip or ngram");
    }
    if (!METHODS.contains(name)) {
      throw new UsageException(what + ": no such method; use none, skip or ngram");
    }
  }
}
