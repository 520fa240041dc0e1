package dev.skipstone.cli;

import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.FinishReason;
import dev.skipstone.runtime.Generation;
import dev.skipstone.runtime.GenerationOptions;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.SpeculationStats;
import dev.skipstone.runtime.Step;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code skipstone generate}. */
@Command(
    name = "generate",
    description = "Answers a prompt, or each request of a file.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  skipstone generate --prompt \"Why is the sky blue?\"",
      "  skipstone generate --prompt \"Tell me a story.\" --show-draft",
      "  skipstone generate --prompt-file notes.txt --raw --max-tokens 64 --draft ngram",
      "  skipstone generate --requests questions.jsonl --format json > answers.jsonl",
      "",
      "A line of a file of requests: {\"id\": 1, \"prompt\": \"...\", \"max_tokens\": 64}, or with",
      "\"messages\": [{\"role\": \"user\", \"content\": \"...\"}] or \"tokens\": [1, 2, 3] in the prompt's place."
    })
final class GenerateCommand implements Callable<Integer> {
  @ParentCommand private Skipstone skipstone;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "What to answer; taken as the user's message.")
  private String prompt;

  @Option(
      names = "--prompt-file",
      paramLabel = "FILE",
      description = "File with the prompt; - is standard input.")
  private String promptFile;

  @Option(
      names = "--tokens",
      paramLabel = "LIST",
      description = "The prompt as token ids, such as 1,2,3; without the chat template.")
  private String tokens;

  @Option(
      names = "--requests",
      paramLabel = "FILE",
      description = "File of requests, a JSON object a line; - is standard input.")
  private String requestFile;

  @Option(names = "--raw", description = "Take the prompt as it is, without the chat template.")
  private boolean raw;

  @Mixin private AnswerOptions answers;
  @Mixin private ModelOptions models;
  @Mixin private FormatOption format;

  @Override
  public Integer call() throws IOException {
    boolean json = format.json();
    answers.check();
    if (json && answers.draft().show()) {
      throw new UsageException("--show-draft goes with --format text, not json");
    }
    models.engine();
    List<Request> requests = requests();
    try (Engine engine = answers.draft().load(models, skipstone.streams());
        DraftMethods drafts = answers.draft().open(engine, skipstone.streams())) {
      GenerationOptions options = answers.generation(drafts.method(answers.draft().methodName()));
      // All of them before the first is answered: a mistake in the last one shows now.
      List<int[]> prompts = new ArrayList<>();
      for (Request request : requests) {
        prompts.add(request.encode(engine, raw));
      }
      return new Run(engine, drafts.modelBytes(), options, json).answer(requests, prompts);
    }
  }

  private List<Request> requests() {
    long given =
        Stream.of(prompt, promptFile, tokens, requestFile).filter(Objects::nonNull).count();
    if (given != 1) {
      throw new UsageException(
          "one of --prompt, --prompt-file, --tokens and --requests is needed, not "
              + (given == 0 ? "none" : "several"));
    }
    Streams streams = skipstone.streams();
    if (requestFile != null) {
      return RequestFile.requests(
          TextFiles.shownName(requestFile),
          TextFiles.read("--requests", requestFile, streams.in()));
    }
    if (tokens != null) {
      int[] ids = IntLists.numbers("--tokens", tokens);
      return List.of(new Request("--tokens", 0, new Request.Tokens(ids), null));
    }
    String option = prompt != null ? "--prompt" : "--prompt-file";
    String text =
        prompt != null ? prompt : TextFiles.read("--prompt-file", promptFile, streams.in());
    if (text.isEmpty()) {
      throw new UsageException(option + " is empty");
    }
    return List.of(new Request(option, 0, new Request.Text(text), null));
  }

  /** The answering of all requests, one after the other in one session; Ctrl-C ends it. */
  private final class Run {
    private final Engine engine;
    private final long draftModelBytes;
    private final GenerationOptions options;
    private final boolean json;
    private final Streams streams = skipstone.streams();
    private final Writer out = streams.out();
    private SpeculationStats total = SpeculationStats.ZERO;
    private volatile boolean interrupted;
    private volatile Generation current;

    Run(Engine engine, long draftModelBytes, GenerationOptions options, boolean json) {
      this.engine = engine;
      this.draftModelBytes = draftModelBytes;
      this.options = options;
      this.json = json;
    }

    /** Returns the exit status. */
    int answer(List<Request> requests, List<int[]> prompts) throws IOException {
      boolean several = requestFile != null;
      try (Session session = engine.openSession();
          RequestProgress progress =
              several ? new RequestProgress(streams, requests.size()) : null;
          Interrupts _ = new Interrupts(this::interrupt)) {
        for (int i = 0; i < requests.size() && !interrupted; i++) {
          Request request = requests.get(i);
          if (several && !json) {
            out.write("## " + request.id() + "\n");
          }
          SpeculationStats stats = answer(session, request, prompts.get(i));
          total = total.plus(stats);
          if (progress != null && !interrupted) {
            progress.done(request.id(), stats);
          }
          session.reset();
        }
      }
      if (!json) {
        out.flush();
        streams.err().println();
        streams.err().println(Figures.full(total, options.draft().name()));
      }
      return interrupted ? Skipstone.INTERRUPTED : Skipstone.DONE;
    }

    private void interrupt() {
      interrupted = true;
      Generation generation = current;
      if (generation != null) {
        generation.cancel();
      }
    }

    private SpeculationStats answer(Session session, Request request, int[] prompt)
        throws IOException {
      GenerationOptions own =
          request.maxTokens() == null ? options : options.withMaxTokens(request.maxTokens());
      try (Generation generation = session.generate(prompt, own)) {
        current = generation;
        if (interrupted) {
          generation.cancel();
        }
        PromptProgress.read(generation, streams);
        if (json) {
          generation.complete();
          if (generation.finishReason() != FinishReason.CANCELLED) {
            JsonOutput.line(out, answer(request, generation)::writeTo);
          }
        } else {
          stream(generation);
        }
        return generation.stats();
      }
    }

    private Answer answer(Request request, Generation generation) {
      return new Answer(
          request.id(),
          generation.tokens(),
          generation.text(),
          generation.finishReason(),
          generation.stats(),
          engine.memory(),
          draftModelBytes,
          ProcessMemory.peak(engine.memory().total() + draftModelBytes));
    }

    private void stream(Generation generation) throws IOException {
      DraftView view =
          answers.draft().show()
              ? new DraftView(engine.model().tokenizer(), streams.colouredOut())
              : null;
      while (generation.hasNext()) {
        Step step = generation.next();
        out.write(view == null ? step.text() : view.show(step));
        out.flush();
      }
      out.write('\n');
      out.flush();
    }
  }
}
