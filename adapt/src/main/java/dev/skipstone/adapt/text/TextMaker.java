package dev.skipstone.adapt.text;

import dev.skipstone.adapt.text.EarlierText.Piece;
import dev.skipstone.adapt.text.RequestKind.Tag;
import dev.skipstone.adapt.text.Requests.Request;
import dev.skipstone.model.chat.ChatMessage;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.sampling.Sampling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Has a model write text to train a draft adapter on: it asks itself, or is asked by templates,
 * often over what it wrote before, and answers; greedy four times of five, else sampled. The text
 * goes to a corpus file, item by item; a run that ended early goes on where it was, to the same
 * text.
 */
public final class TextMaker {
  /** Items of a round; an item can be about text of earlier rounds only. */
  static final int ROUND = 256;

  private static final String GENERATOR = "L64X128MixRandom";

  /** Of the model's own questions. */
  private static final int MOST_QUESTION_TOKENS = 96;

  /**
   * The rest is sampled, for variety. Not more: nobody can guess what chance chooses, and a draft
   * that learns from greedy answers is right twice as often.
   */
  private static final float GREEDY_SHARE = 0.8f;

  private static final float MIN_P = 0.04f;
  private static final int[] NOTHING = {};

  private final Engine engine;
  private final TextSettings settings;
  private final Path path;
  private final TextListener listener;
  private final ChatFrame frame;
  private final Grammar grammar;
  private final Requests requests;
  private final TextFilter filter = new TextFilter();
  private final EarlierText earlier = new EarlierText();
  private final TextProgress progress;

  /** What this round adds to the earlier text. */
  private final List<Piece> ofRound = new ArrayList<>();

  private volatile boolean cancelled;

  /**
   * Prepares; nothing is read or written yet.
   *
   * @param path the corpus file, made if it is not there
   * @throws IllegalArgumentException if the model has no chat template, or prompts and answers
   *     don't fit in the engine's context
   */
  public TextMaker(Engine engine, TextSettings settings, Path path, TextListener listener) {
    this(engine, Grammar.own(), settings, path, listener);
  }

  TextMaker(
      Engine engine, Grammar grammar, TextSettings settings, Path path, TextListener listener) {
    int longest = settings.maxPromptTokens() + settings.maxAnswerTokens();
    if (longest > engine.context()) {
      throw new IllegalArgumentException(
          "prompts and answers of %d tokens don't fit in a context of %d (--context)"
              .formatted(longest, engine.context()));
    }
    this.engine = engine;
    this.grammar = grammar;
    this.settings = settings;
    this.path = path;
    this.listener = listener;
    frame = new ChatFrame(engine);
    requests = new Requests(grammar, frame, settings.maxPromptTokens());
    progress = new TextProgress(settings.items());
  }

  /** Ends the run soon, from any thread; the file keeps what is finished. */
  public void cancel() {
    cancelled = true;
  }

  /**
   * Makes the items that the file lacks, or goes on until it is cancelled. To be called once.
   *
   * @throws IOException if the file can't be read or written
   * @throws IllegalArgumentException if it is no corpus file, or one of another model or of other
   *     settings
   */
  public void run() throws IOException {
    CorpusHeader header =
        new CorpusHeader(
            engine.model().fingerprint(),
            grammar.hash(),
            settings.seed(),
            settings.maxPromptTokens(),
            settings.maxAnswerTokens());
    try (CorpusFile file = CorpusFile.open(path, header, this::restore);
        AnswerWriter writer = writer()) {
      listener.progress(progress);
      while (progress.items() < settings.items() && !cancelled) {
        round(file, writer);
      }
    }
  }

  private AnswerWriter writer() {
    return engine
        .openBatch(settings.parallel())
        .<AnswerWriter>map(runner -> new BatchWriter(engine, runner))
        .orElseGet(() -> new SessionWriter(engine));
  }

  private void restore(CorpusItem item) {
    if (item.kept()) {
      filter.remember(item.prompt(), item.answer());
    }
    count(item);
  }

  /** Counts an item that is in the file, and keeps it for later requests. */
  private void count(CorpusItem item) {
    progress.add(item);
    if (item.kept()) {
      ofRound.add(
          new Piece(
              requests.kind(item.kind()),
              frame.asked(item.prompt()).orElse(""),
              frame.words(item.answer()),
              frame.ended(item.answer())));
    }
    if (progress.items() % ROUND == 0) {
      ofRound.forEach(earlier::add);
      ofRound.clear();
    }
  }

  /** Makes the rest of the round that the file is in. */
  private void round(CorpusFile file, AnswerWriter writer) throws IOException {
    int first = progress.items();
    int end = Math.min(settings.items(), (first / ROUND + 1) * ROUND);
    List<Draw> draws = new ArrayList<>();
    for (int id = first; id < end; id++) {
      RandomGenerator random = random(id);
      draws.add(new Draw(id, requests.draw(random, earlier), random));
    }
    List<Plan> plans = plans(draws, writer);
    // Answers are finished in any order and wait here for those before them.
    int[][] answers = new int[plans.size()][];
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < answers.length; i++) {
      if (plans.get(i).prompt().length == 0) {
        answers[i] = NOTHING;
      } else {
        places.add(i);
      }
    }
    writer.write(
        places.stream().map(place -> plans.get(place).task(settings.maxAnswerTokens())).toList(),
        (task, tokens) -> {
          progress.wrote(tokens.length);
          answers[places.get(task)] = tokens;
          for (int i = progress.items() - first; i < answers.length && answers[i] != null; i++) {
            keep(file, plans.get(i), answers[i]);
          }
        },
        () -> cancelled);
  }

  private RandomGenerator random(int id) {
    return RandomGeneratorFactory.of(GENERATOR).create(settings.seed() * 1_000_003 + id);
  }

  /** Requests in full: the model finishes the questions that it asks itself. */
  private List<Plan> plans(List<Draw> draws, AnswerWriter writer) throws IOException {
    List<Draw> open = draws.stream().filter(Draw::isOpen).toList();
    List<WritingTask> tasks = open.stream().map(Draw::question).toList();
    Map<Draw, int[]> questions = new HashMap<>();
    writer.write(
        tasks,
        (task, tokens) -> {
          progress.wrote(tokens.length);
          questions.put(open.get(task), tokens);
        },
        () -> cancelled);
    return draws.stream()
        .map(draw -> draw.plan(draw.isOpen() ? prompt(draw, questions.get(draw)) : draw.prompt()))
        .toList();
  }

  /** The prompt of a question that the model has asked; empty if it is none. */
  private int[] prompt(Draw draw, int[] question) {
    if (question == null || !frame.ended(question)) {
      return NOTHING;
    }
    String words = draw.request().start() + frame.continuation(question);
    int[] prompt = frame.prompt(List.of(ChatMessage.user(words.strip())));
    return words.isBlank() || prompt.length > settings.maxPromptTokens() ? NOTHING : prompt;
  }

  private void keep(CorpusFile file, Plan plan, int[] written) throws IOException {
    int[] answer = Arrays.copyOf(written, TextFilter.withoutLoop(written));
    Verdict verdict =
        plan.prompt().length == 0
            ? Verdict.NO_REQUEST
            : filter.judge(plan.prompt(), answer, frame.words(answer));
    CorpusItem item = plan.item(answer, verdict);
    file.append(item);
    count(item);
    listener.progress(progress);
  }

  /** A request that was drawn, and the random numbers that its item goes on with. */
  private record Draw(int id, Request request, RandomGenerator random) {
    boolean isOpen() {
      return request.kind().is(Tag.CONTINUED);
    }

    int[] prompt() {
      return request.prompt();
    }

    WritingTask question() {
      Sampling sampling = new Sampling(1, 0, 1, MIN_P, random.nextLong());
      return new WritingTask(request.prompt(), sampling, MOST_QUESTION_TOKENS);
    }

    Plan plan(int[] prompt) {
      Sampling sampling =
          random.nextFloat() < GREEDY_SHARE
              ? Sampling.greedy()
              : new Sampling(0.7f + 0.3f * random.nextFloat(), 0, 1, MIN_P, random.nextLong());
      return new Plan(id, request.kind().name(), sampling, prompt);
    }
  }

  /** An item to come; its prompt is empty if there is nothing to answer. */
  @SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
  private record Plan(int id, String kind, Sampling sampling, int[] prompt) {
    WritingTask task(int maxTokens) {
      return new WritingTask(prompt, sampling, maxTokens);
    }

    CorpusItem item(int[] answer, Verdict verdict) {
      CorpusItem item = new CorpusItem(id, kind, sampling.isGreedy(), Verdict.KEPT, prompt, answer);
      return verdict == Verdict.KEPT ? item : item.dropped(verdict);
    }
  }
}
