package dev.skipstone.benchmarks;

import dev.skipstone.runtime.draft.DraftMethod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What drafting gains: each question is answered by plain decoding and with each draft method, one
 * after the other and each question beginning with another one, so that a machine's drift meets all
 * of them alike. Tokens that differ from plain decoding's end the benchmark.
 */
public final class DecodeBenchmark {
  /** Name of plain decoding, which every benchmark of drafts contains. */
  public static final String PLAIN = "none";

  /** Most tokens of an answer where nothing is said. */
  public static final int DEFAULT_MAX_TOKENS = 96;

  private final QuestionSet questions;
  private final List<Map.Entry<String, DraftMethod>> drafts;
  private final int runs;

  /**
   * @param questions what to answer; of each the first turn
   * @param drafts draft methods by the name to show them with, {@value #PLAIN} among them
   * @param runs how often to answer all of the questions; at least 1
   */
  public DecodeBenchmark(QuestionSet questions, Map<String, DraftMethod> drafts, int runs) {
    if (!drafts.containsKey(PLAIN)) {
      throw new IllegalArgumentException(
          "the drafts lack " + PLAIN + ", which the others are compared with");
    }
    if (runs < 1) {
      throw new IllegalArgumentException("runs is " + runs + ", not 1 or more");
    }
    this.questions = questions;
    this.drafts = List.copyOf(new LinkedHashMap<>(drafts).entrySet());
    this.runs = runs;
  }

  /** How often the progress of {@link #run} is reported in a benchmark that is not interrupted. */
  public int answers() {
    return drafts.size() * (1 + runs * questions.questions().size());
  }

  /**
   * Answers on the calling thread; the first question is also asked once beforehand, not counted.
   * When the thread is interrupted, the benchmark ends after the answer under way and the thread
   * stays interrupted; figures are then those of the complete runs, or of the questions that every
   * draft method has answered where the first run is not complete.
   *
   * @return {@code decode/DRAFT/CATEGORY} and {@code decode/DRAFT/all} with metrics {@code
   *     tokens_per_second}, {@code tokens_per_iteration} and, except for plain decoding, {@code
   *     speedup}; a value for each run; empty if interrupted before there is any
   * @throws DifferentOutputException if a draft method's tokens are not those of plain decoding
   */
  public List<BenchResult> run(Answerer answerer, Progress progress) {
    Question first = questions.questions().getFirst();
    int done = 0;
    int total = answers();
    for (var draft : drafts) {
      if (Thread.currentThread().isInterrupted()) {
        return List.of();
      }
      answerer.answer(first, draft.getValue());
      progress.report(++done, total, draft.getKey() + ", warm-up");
    }
    List<DecodeTally> tallies = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      DecodeTally tally = new DecodeTally();
      for (int i = 0; i < questions.questions().size(); i++) {
        Question question = questions.questions().get(i);
        Map<String, Answer> answers = ask(question, i + run, answerer, progress, done);
        if (answers.size() < drafts.size()) {
          return DecodeTally.results(tallies.isEmpty() ? List.of(tally) : tallies, names());
        }
        verify(question, answers);
        answers.forEach((name, answer) -> tally.add(name, question.category(), answer.stats()));
        done += answers.size();
      }
      tallies.add(tally);
    }
    return DecodeTally.results(tallies, names());
  }

  private List<String> names() {
    return drafts.stream().map(Map.Entry::getKey).toList();
  }

  /** Answers by draft name; fewer than there are drafts if the thread was interrupted. */
  private Map<String, Answer> ask(
      Question question, int rotation, Answerer answerer, Progress progress, int before) {
    Map<String, Answer> answers = new LinkedHashMap<>();
    for (int j = 0; j < drafts.size(); j++) {
      if (Thread.currentThread().isInterrupted()) {
        return answers;
      }
      var draft = drafts.get((j + rotation) % drafts.size());
      answers.put(draft.getKey(), answerer.answer(question, draft.getValue()));
      progress.report(
          before + answers.size(),
          answers(),
          draft.getKey() + ", " + question.category() + " " + question.id());
    }
    return answers;
  }

  private static void verify(Question question, Map<String, Answer> answers) {
    int[] plain = answers.get(PLAIN).tokens();
    answers.forEach((name, answer) -> {
      if (!Arrays.equals(plain, answer.tokens())) {
        throw new DifferentOutputException(question, name, plain, answer.tokens());
      }
    });
  }
}
