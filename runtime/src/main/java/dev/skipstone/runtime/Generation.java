package dev.skipstone.runtime;

import dev.skipstone.model.Model;
import dev.skipstone.model.tokenizer.Tokenizer;
import dev.skipstone.runtime.draft.Draft;
import dev.skipstone.runtime.draft.DraftContext;
import dev.skipstone.runtime.draft.DraftController;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.draft.DraftSeat;
import dev.skipstone.runtime.draft.Drafter;
import dev.skipstone.runtime.draft.TokenHistory;
import dev.skipstone.runtime.pass.KvCache;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.runtime.pass.TokenChooser;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * One answer being decoded, a {@link Step} at a time, on the thread that asks for the next one.
 * Ends at an end token, a stop text, the token limit, the context's end, or {@link #cancel}.
 */
public final class Generation implements Iterator<Step>, AutoCloseable {
  private final Tokenizer tokenizer;
  private final PassRunner runner;
  private final TokenHistory history;
  private final int[] prompt;
  private final GenerationOptions options;
  private final LayerPath full;
  private final Draft draft;
  private final StepDrafter drafter;
  private final TokenChooser chooser;
  private final AnswerText text;
  private final StatsRecorder stats = new StatsRecorder();
  private final TokenHistory answer = new TokenHistory();

  private Logits promptLogits;
  private volatile boolean cancelled;
  private FinishReason finish;

  /**
   * @param seat of the session, for a separate draft model
   * @param controller of the options' draft method; not used by others before this ends
   */
  Generation(
      Model model,
      PassRunner runner,
      DraftSeat seat,
      TokenHistory history,
      int[] prompt,
      GenerationOptions options,
      DraftController controller) {
    this.runner = runner;
    this.history = history;
    this.prompt = prompt;
    this.options = options;
    tokenizer = model.tokenizer();
    int layers = model.hyperParameters().layers();
    int vocabulary = model.hyperParameters().vocabulary();
    full = LayerPath.full(layers);
    DraftMethod method = options.draft();
    chooser =
        method.draftsOnRunner()
            ? options.sampling().open(runner, vocabulary)
            : options.sampling().openOnHost(vocabulary);
    draft = new Draft(method.draftTokens());
    drafter = drafter(method, controller, model, seat);
    text = new AnswerText(tokenizer, options.stop());
  }

  private StepDrafter drafter(
      DraftMethod method, DraftController controller, Model model, DraftSeat seat) {
    int masks = method.ridingMasks(runner);
    if (masks > 0) {
      return new RidingDrafter(chooser, controller.riding(masks), method.isControlled(), masks);
    }
    int layers = model.hyperParameters().layers();
    Drafter opened = method.open(new DraftContext(runner, chooser, layers, seat, () -> cancelled));
    boolean free = method.tokenCost(model) == 0;
    return new ControlledDrafter(opened, controller, method.isControlled(), free);
  }

  /** Whether the answer goes on; a cancelled one does only where text was held back. */
  @Override
  public boolean hasNext() {
    if (cancelled && finish == null && text.isTaken()) {
      finish = FinishReason.CANCELLED;
    }
    return finish == null;
  }

  /** Whether the runner and the history are still this answer's. */
  boolean isUnderWay() {
    return finish == null && !cancelled;
  }

  /**
   * Drafts, verifies, and returns what was accepted. The first call also reads the prompt, if that
   * has not happened yet. Once cancelled, nothing is computed any more: the step that follows is
   * the last, without tokens, and has the text that was held back.
   *
   * @throws NoSuchElementException if the answer has ended
   */
  @Override
  public Step next() {
    if (finish != null) {
      throw new NoSuchElementException("the answer has ended: " + finish);
    }
    if (answer.length() == 0) {
      readPrompt((read, of) -> {});
    }
    if (cancelled) {
      finish = FinishReason.CANCELLED;
      return new Step(new int[0], 0, new int[0], text.take(true));
    }
    return answer.length() == 0 ? firstStep() : draftAndVerify();
  }

  /** Reads the prompt, if that has not happened yet, telling how far it is; a cancel stops it. */
  public void readPrompt(PromptProgress progress) {
    if (promptLogits != null) {
      return;
    }
    long start = System.nanoTime();
    int first = history.length();
    while (history.length() < prompt.length && !cancelled) {
      int from = history.length();
      int end = Math.min(prompt.length, from + runner.maxRows());
      int[] chunk = Arrays.copyOfRange(prompt, from, end);
      int[] wanted = end == prompt.length ? new int[] {chunk.length - 1} : new int[0];
      Logits logits = runner.run(new Pass(chunk, from, full, wanted));
      for (int token : chunk) {
        history.add(token);
      }
      if (end == prompt.length) {
        promptLogits = logits;
      }
      progress.read(end - first, prompt.length - first);
    }
    stats.promptRead(history.length() - first, System.nanoTime() - start);
  }

  /** Told how much of a prompt has been read. */
  @FunctionalInterface
  public interface PromptProgress {
    /**
     * Called after each chunk, on the thread that reads.
     *
     * @param tokens read so far, those found in the cache not counted
     * @param of how many there are to read
     */
    void read(int tokens, int of);
  }

  private Step firstStep() {
    long start = System.nanoTime();
    draft.clear();
    chooser.verify(draft, promptLogits);
    Step step = emit(new int[0]);
    stats.started(System.nanoTime() - start);
    return step;
  }

  private Step draftAndVerify() {
    long start = System.nanoTime();
    KvCache cache = runner.cache();
    int committed = cache.length();
    try {
      drafter.propose(history, mostDraftTokens(committed), draft);
    } finally {
      cache.truncate(committed);
    }
    long drafted = System.nanoTime();
    int[] rows = new int[draft.length() + 1];
    rows[0] = history.last();
    for (int i = 0; i < draft.length(); i++) {
      rows[i + 1] = draft.token(i);
    }
    int masks = Math.min(drafter.masks(), mostMasks(committed, rows.length));
    Logits logits = runner.run(verifying(rows, committed, masks));
    long verified = System.nanoTime();
    chooser.verify(draft, logits);
    cache.truncate(committed + 1 + chooser.accepted());
    drafter.verified(
        draft, chooser.accepted(), chooser.next(), drafted - start, verified - drafted);
    drafter.ridden(logits, rows.length + chooser.accepted() * masks, masks);
    Step step = emit(draft.tokens());
    stats.iterated(
        draft.length(),
        chooser.accepted(),
        drafted - start,
        verified - drafted,
        System.nanoTime() - start);
    return step;
  }

  /**
   * What the method allows, the answer still needs, and the context and the runner have room for.
   */
  private int mostDraftTokens(int committed) {
    int room = Math.min(runner.cache().capacity() - committed, runner.maxLogitRows()) - 1;
    int needed = options.maxTokens() - answer.length() - 1;
    return Math.min(options.draft().draftTokens(), Math.min(room, needed));
  }

  private Pass verifying(int[] rows, int start, int masks) {
    int[] all = IntStream.range(0, rows.length).toArray();
    int[] riding = new int[masks == 0 ? 0 : rows.length];
    Arrays.fill(riding, masks);
    return new Pass(rows, start, full, all, false, riding);
  }

  /** Masks behind each of so many rows that there is room for. */
  private int mostMasks(int committed, int rows) {
    int room = Math.min(runner.cache().capacity() - committed, runner.maxLogitRows());
    return room / rows - 1;
  }

  /** Lets the answer grow by what was accepted and the verifier's own token, or until it ends. */
  private Step emit(int[] drafted) {
    int accepted = chooser.accepted();
    int before = answer.length();
    for (int i = 0; i <= accepted && finish == null; i++) {
      int token = i < accepted ? drafted[i] : chooser.next();
      history.add(token);
      answer.add(token);
      text.add(token);
      if (tokenizer.endTokens().contains(token) || text.stopped()) {
        finish = FinishReason.STOP;
      } else if (answer.length() == options.maxTokens()
          || history.length() > runner.cache().capacity()) {
        finish = FinishReason.LENGTH;
      }
    }
    if (finish != null) {
      text.finish();
      // Keys and values behind the answer's end are of tokens that it does not have.
      int read = Math.min(runner.cache().length(), history.length() - 1);
      runner.cache().truncate(read);
    }
    int[] tokens = new int[answer.length() - before];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = answer.get(before + i);
    }
    return new Step(drafted, accepted, tokens, text.take(finish != null));
  }

  /**
   * The rest of the answer's text, a piece a step; empty pieces are left out. Decodes as the stream
   * is read, on the thread that reads it.
   */
  public Stream<String> stream() {
    int characteristics = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(this, characteristics), false)
        .map(Step::text)
        .filter(piece -> !piece.isEmpty());
  }

  /** Decodes to the end, giving each piece of text as it comes; returns this generation. */
  public Generation forEachText(Consumer<String> listener) {
    while (hasNext()) {
      String piece = next().text();
      if (!piece.isEmpty()) {
        listener.accept(piece);
      }
    }
    return this;
  }

  /** Decodes to the end; returns the whole text, as {@link #text}. */
  public String complete() {
    return forEachText(piece -> {}).text();
  }

  /**
   * Ends the answer where it is: a pass under way is finished, and no other begins. From any
   * thread, any number of times.
   */
  public void cancel() {
    cancelled = true;
  }

  /** Tokens so far, the end token included; a copy. */
  public int[] tokens() {
    int[] tokens = new int[answer.length()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = answer.get(i);
    }
    return tokens;
  }

  /**
   * Text so far, without special tokens and without the stop text; while the answer goes on, its
   * end may be the beginning of a stop text that steps have not given out yet.
   */
  public String text() {
    return text.toString();
  }

  /**
   * Why the answer ended.
   *
   * @throws IllegalStateException while there is a next step
   */
  public FinishReason finishReason() {
    if (hasNext()) {
      throw new IllegalStateException("the answer has not ended");
    }
    return finish;
  }

  /** Figures so far. */
  public SpeculationStats stats() {
    return stats.snapshot(answer.length());
  }

  /** Cancels the answer if it goes on; what it has so far stays readable. */
  @Override
  public void close() {
    cancel();
    if (finish == null) {
      finish = FinishReason.CANCELLED;
    }
  }
}
