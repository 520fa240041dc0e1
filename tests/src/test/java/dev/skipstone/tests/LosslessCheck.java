package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.benchmarks.Question;
import dev.skipstone.model.chat.ChatMessage;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.Generation;
import dev.skipstone.runtime.GenerationOptions;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.Step;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Promise 1 of the design for one question: drafting changes neither a token nor a bit of a logit,
 * whatever the number of rows or threads.
 *
 * <p>Plain decoding's logits are computed a row at a time with the first engine. Every verifying
 * pass that a way of drafting made is then run again on the engines to replay on, behind the draft
 * passes that wrote into the cache before it, and each row that was accepted is compared bit by
 * bit.
 */
final class LosslessCheck {
  private final List<Engine> engines;
  private final List<Engine> replayed;
  private final int maxTokens;
  private final LayerPath full;
  private final LayerPath skipped;
  private int comparedRows;
  private int acceptedTokens;

  /**
   * @param engines the same model, with different numbers of threads
   * @param replayed those of them to compare logits on
   * @param maxTokens most tokens of an answer
   */
  LosslessCheck(List<Engine> engines, List<Engine> replayed, int maxTokens) {
    this.engines = List.copyOf(engines);
    this.replayed = List.copyOf(replayed);
    this.maxTokens = maxTokens;
    int layers = engines.getFirst().model().hyperParameters().layers();
    full = LayerPath.full(layers);
    skipped =
        LayerPath.skipping(
            layers,
            IntStream.range(layers / 4, layers - layers / 4).filter(i -> i % 2 == 0).toArray(),
            new int[0]);
  }

  /** Rows whose logits were compared so far, one-row passes not counted. */
  int comparedRows() {
    return comparedRows;
  }

  /** Drafted tokens that were accepted so far: without any, nothing is shown. */
  int acceptedTokens() {
    return acceptedTokens;
  }

  void check(Question question) {
    Engine first = engines.getFirst();
    int[] prompt = first.encodeChat(List.of(ChatMessage.user(question.text())));
    int[] plain = tokens(answer(first, prompt, DraftMethod.none()));
    List<float[]> expected = oneRowAtATime(first, prompt, plain);
    for (Engine engine : engines) {
      String where = "question %d, %d threads".formatted(question.id(), engine.options().threads());
      if (engine != first) {
        assertThat(tokens(answer(engine, prompt, DraftMethod.none())))
            .as(where + ", none")
            .containsExactly(plain);
      }
      // Drafts at every step, whether that pays or not: each is a pass more to compare.
      for (DraftMethod method :
          List.of(
              DraftMethod.uncontrolled(DraftMethod.skip(skipped, 4)),
              DraftMethod.uncontrolled(DraftMethod.ngram(8)))) {
        String what = where + ", " + method.name();
        List<Step> steps = answer(engine, prompt, method);
        assertThat(tokens(steps)).as(what).containsExactly(plain);
        boolean draftsWithModel = method.name().equals("skip");
        if (replayed.contains(engine)) {
          replay(engine, prompt, steps, draftsWithModel, expected, what);
        }
      }
    }
  }

  private List<Step> answer(Engine engine, int[] prompt, DraftMethod method) {
    GenerationOptions options =
        GenerationOptions.defaults().withMaxTokens(maxTokens).withDraft(method);
    List<Step> steps = new ArrayList<>();
    try (Session session = engine.openSession();
        Generation answer = session.generate(prompt, options)) {
      answer.forEachRemaining(steps::add);
    }
    return steps;
  }

  private static int[] tokens(List<Step> steps) {
    return steps.stream().flatMapToInt(step -> Arrays.stream(step.tokens())).toArray();
  }

  /** Logits that each of the answer's tokens was chosen from; the cache fills a row at a time. */
  private List<float[]> oneRowAtATime(Engine engine, int[] prompt, int[] answer) {
    List<float[]> logits = new ArrayList<>();
    try (PassRunner runner = engine.openRunner()) {
      for (int i = 0; i + 1 < prompt.length; i++) {
        runner.run(Pass.withoutLogits(new int[] {prompt[i]}, i, full));
      }
      int token = prompt[prompt.length - 1];
      for (int i = 0; i < answer.length; i++) {
        int position = prompt.length - 1 + i;
        Logits row = runner.run(new Pass(new int[] {token}, position, full, new int[] {0}));
        assertThat(row.argmax(0)).as("argmax at %d", i).isEqualTo(answer[i]);
        logits.add(read(row, 0));
        token = answer[i];
      }
    }
    return logits;
  }

  private void replay(
      Engine engine,
      int[] prompt,
      List<Step> steps,
      boolean draftsWithModel,
      List<float[]> expected,
      String what) {
    try (PassRunner runner = engine.openRunner()) {
      compare(readPrompt(runner, prompt), 0, expected.getFirst(), what + ", prompt");
      int done = steps.getFirst().tokens().length;
      int last = steps.getFirst().tokens()[done - 1];
      for (Step step : steps.subList(1, steps.size())) {
        int committed = runner.cache().length();
        int[] rows = new int[step.drafted().length + 1];
        rows[0] = last;
        System.arraycopy(step.drafted(), 0, rows, 1, step.drafted().length);
        if (draftsWithModel) {
          // What the draft left in the cache must not show in the verifying pass.
          for (int i = 0; i + 1 < rows.length; i++) {
            runner.run(Pass.withoutLogits(new int[] {rows[i]}, committed + i, skipped));
          }
          runner.cache().truncate(committed);
        }
        int[] wanted = IntStream.range(0, rows.length).toArray();
        Logits logits = runner.run(new Pass(rows, committed, full, wanted));
        for (int i = 0; i < step.tokens().length; i++) {
          compare(logits, i, expected.get(done + i), what + ", token " + (done + i));
        }
        runner.cache().truncate(committed + 1 + step.accepted());
        acceptedTokens += step.accepted();
        done += step.tokens().length;
        last = step.tokens()[step.tokens().length - 1];
      }
      assertThat(done).isEqualTo(expected.size());
    }
  }

  private Logits readPrompt(PassRunner runner, int[] prompt) {
    Logits logits = null;
    for (int from = 0; from < prompt.length; from += runner.maxRows()) {
      int end = Math.min(prompt.length, from + runner.maxRows());
      int[] wanted = end == prompt.length ? new int[] {end - from - 1} : new int[0];
      logits = runner.run(new Pass(Arrays.copyOfRange(prompt, from, end), from, full, wanted));
    }
    return logits;
  }

  private void compare(Logits logits, int row, float[] expected, String what) {
    // Equal as floats would take 0 for -0.
    assertThat(Arrays.equals(read(logits, row), expected)).as(what + ": same bits").isTrue();
    comparedRows++;
  }

  private static float[] read(Logits logits, int row) {
    float[] values = new float[logits.vocabulary()];
    logits.read(row, values);
    return values;
  }
}
