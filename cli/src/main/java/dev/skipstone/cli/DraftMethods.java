package dev.skipstone.cli;

import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.draft.DraftMethod;
import java.util.List;

/** The ways of drafting for a loaded model, and the draft model that one of them needs. */
final class DraftMethods implements AutoCloseable {
  static final String S3D = "s3d";

  private static final List<String> NAMES =
      List.of("none", "skip", "ngram", S3D, DraftModelOption.METHOD);

  private static final List<String> LATER = List.of("s2d", "auto");

  /** The methods in a sentence. */
  static final String CHOICE = "none, skip, ngram, s3d or model";

  private final Engine engine;
  private final Engine draftModel;
  private final int most;
  private final SkipOptions skip;

  /**
   * @param draftModel closed with this; null for none
   * @param tokens most tokens a draft; null for the default
   * @param skip what {@code skip} leaves out, if given
   */
  DraftMethods(Engine engine, Engine draftModel, Integer tokens, SkipOptions skip) {
    this.engine = engine;
    this.draftModel = draftModel;
    this.skip = skip;
    most = tokens == null ? DraftMethod.DEFAULT_DRAFT_TOKENS : tokens;
  }

  /**
   * A method.
   *
   * @throws UsageException if there is none of that name, or it needs what was not given
   */
  DraftMethod method(String name) {
    check(name, name);
    return switch (name) {
      case "none" -> DraftMethod.none();
      case "ngram" -> DraftMethod.ngram(most);
      case S3D -> s3d();
      case DraftModelOption.METHOD -> model();
      default -> {
        int layers = engine.model().hyperParameters().layers();
        yield DraftMethod.skip(skip.given() ? skip.path(layers) : null, most);
      }
    };
  }

  private DraftMethod s3d() {
    return engine
        .options()
        .adapter()
        .map(adapter -> DraftMethod.s3d(adapter, most))
        .orElseThrow(() ->
            new UsageException(
                "s3d needs a draft adapter, which the model was loaded without: start with"
                    + " --draft s3d"));
  }

  private DraftMethod model() {
    if (draftModel == null) {
      throw new UsageException(
          "model needs a draft model: start with --draft model --draft-model FILE");
    }
    return DraftMethod.model(draftModel, most);
  }

  /** Bytes of the draft model and one session of it; 0 without one. */
  long modelBytes() {
    return draftModel == null ? 0 : draftModel.memory().total();
  }

  /**
   * Fails where there is no such method.
   *
   * @param what names it in the message
   */
  static void check(String what, String name) {
    if (LATER.contains(name)) {
      throw new UsageException(what + " is not in this version; use " + CHOICE);
    }
    if (!NAMES.contains(name)) {
      throw new UsageException(what + ": no such method; use " + CHOICE);
    }
  }

  @Override
  public void close() {
    if (draftModel != null) {
      draftModel.close();
    }
  }
}
