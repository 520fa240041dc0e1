package dev.skipstone.runtime.draft;

import dev.skipstone.model.Model;
import dev.skipstone.runtime.adapter.DraftAdapter;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.PassRunner;
import java.util.Objects;

/**
 * A way of drafting and its settings; opens a {@link Drafter} for each generation. To try another
 * way, implement this and {@link Drafter}.
 */
public interface DraftMethod {
  /** Longest draft. */
  int MAX_DRAFT_TOKENS = 15;

  /** Longest draft where nothing is said; {@link DraftController} chooses what pays. */
  int DEFAULT_DRAFT_TOKENS = 8;

  /** Name on the command line and in reports. */
  String name();

  /** Most tokens of a draft; 0 for plain decoding. */
  int draftTokens();

  /**
   * What drafting a token is assumed to cost until it was measured, as a share of a full pass over
   * one token; 0 where no pass runs, so that looking costs nothing.
   *
   * @param target the model that is drafted for
   */
  default double tokenCost(Model target) {
    return 1;
  }

  /**
   * Whether one pass drafts all tokens. {@link #tokenCost} is then what that pass costs, as a share
   * of a full pass over as many rows.
   */
  default boolean inOnePass() {
    return false;
  }

  /**
   * Whether {@link DraftController} chooses the drafts' lengths; else all are as long as may be.
   */
  default boolean isControlled() {
    return true;
  }

  /**
   * Whether draft passes, if there are any, run on the target's own runner. Tokens can then be
   * chosen on its device; else they are chosen on the host.
   */
  default boolean draftsOnRunner() {
    return true;
  }

  /**
   * How many masks of an adapter ride behind each row of verifying passes, where that is the way of
   * drafting; 0 where drafts come from {@link #open}.
   */
  default int ridingMasks(PassRunner runner) {
    return 0;
  }

  /**
   * Opens a drafter for one answer.
   *
   * @throws IllegalArgumentException if the settings don't fit the model
   */
  Drafter open(DraftContext context);

  /** Plain decoding. */
  static DraftMethod none() {
    return new PlainMethod();
  }

  /** Draft &amp; Verify with the built-in choice of skipped sublayers for the model's depth. */
  static DraftMethod skip() {
    return skip(null, DEFAULT_DRAFT_TOKENS);
  }

  /**
   * Draft &amp; Verify (arXiv 2309.08168): the model itself drafts with sublayers skipped, a token
   * a pass, up to {@code draftTokens} or until its top probability falls under a threshold that
   * adapts to how many drafts are accepted (section 3.3 there).
   *
   * @param path sublayers that a draft pass runs; null for the built-in choice
   * @param draftTokens most tokens a draft; 1 to {@value #MAX_DRAFT_TOKENS}
   * @throws IllegalArgumentException for another number of tokens
   */
  static DraftMethod skip(LayerPath path, int draftTokens) {
    return new SkipMethod(path, checkedDraftTokens(draftTokens));
  }

  /**
   * Prompt lookup: proposes what followed the latest earlier occurrence of the text's last 4, 3 or
   * 2 tokens, the longest that occurred. Costs no pass; pays where an answer repeats its prompt.
   *
   * @param draftTokens most tokens a draft; 1 to {@value #MAX_DRAFT_TOKENS}
   * @throws IllegalArgumentException for another number of tokens
   */
  static DraftMethod ngram(int draftTokens) {
    return new NgramMethod(checkedDraftTokens(draftTokens));
  }

  /**
   * S3D, Skippy Simultaneous Speculative Decoding (arXiv 2405.20314): one pass over the last token
   * and the adapter's mask slots, through the adapter's few sublayers, drafts all tokens at once.
   * As many are drafted as pay, and of those as many verified as the adapter is sure of; none where
   * passes over several rows are too dear. The model has to be loaded with the adapter ({@link
   * dev.skipstone.runtime.EngineOptions#withAdapter}).
   *
   * <p>Where the adapter's masks have learned to, and the backend can, they ride in the verifying
   * pass instead ({@link dev.skipstone.runtime.pass.Pass#riding}), which saves the draft pass for
   * guesses that are right less often.
   *
   * @param adapter for the model; may be closed
   * @param draftTokens most tokens a draft, 1 to {@value #MAX_DRAFT_TOKENS}; not more than the
   *     adapter has been trained for
   * @throws IllegalArgumentException for another number of tokens
   */
  static DraftMethod s3d(DraftAdapter adapter, int draftTokens) {
    int most = Math.min(checkedDraftTokens(draftTokens), adapter.draftTokens());
    return new S3dMethod(adapter, most, adapter.masksRide());
  }

  /** As {@link #s3d}, always with draft passes. */
  static DraftMethod s3dInPasses(DraftAdapter adapter, int draftTokens) {
    int most = Math.min(checkedDraftTokens(draftTokens), adapter.draftTokens());
    return new S3dMethod(adapter, most, false);
  }

  /**
   * Speculative decoding with a separate model (arXiv 2211.17192): a smaller one with the same
   * vocabulary drafts, a token a pass, as {@link #skip} does. Each session has a KV cache of it,
   * kept from answer to answer and cut back with the target's; it reads a prompt when it first
   * drafts, and drafts nothing behind the end of its own context. One loaded model can draft for
   * several targets and sessions at once.
   *
   * @param draft an {@link dev.skipstone.runtime.Engine}; to be closed behind the sessions that it
   *     drafts for: an answer that needs it after that fails with an {@link IllegalStateException}
   * @param draftTokens most tokens a draft; 1 to {@value #MAX_DRAFT_TOKENS}
   * @throws IllegalArgumentException for another number of tokens; where an answer begins, if the
   *     vocabularies differ ({@link SharedVocabulary})
   */
  static DraftMethod model(DraftModel draft, int draftTokens) {
    return new ModelMethod(Objects.requireNonNull(draft, "draft"), checkedDraftTokens(draftTokens));
  }

  /**
   * Another method with drafts as long as may be at every step, whether that pays or not: for tests
   * and research.
   */
  static DraftMethod uncontrolled(DraftMethod method) {
    return new UncontrolledMethod(method);
  }

  private static int checkedDraftTokens(int count) {
    if (count < 1 || count > MAX_DRAFT_TOKENS) {
      throw new IllegalArgumentException(
          "draft tokens is %d, not 1 to %d".formatted(count, MAX_DRAFT_TOKENS));
    }
    return count;
  }
}
