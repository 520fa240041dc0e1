package dev.skipstone.cli;

import dev.skipstone.model.chat.ChatMessage;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.Generation;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.SpeculationStats;
import dev.skipstone.runtime.Step;
import dev.skipstone.runtime.draft.DraftMethod;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/** Reads lines, answers questions, obeys commands. */
final class ChatLoop implements AutoCloseable {
  static final String[] COMMANDS = {
    "/help",
    "/stats",
    "/reset",
    "/draft none",
    "/draft skip",
    "/draft ngram",
    "/draft s3d",
    "/draft model",
    "/quit"
  };

  private static final String HELP =
      """
      /stats          figures of the conversation so far
      /reset          forget the conversation
      /draft METHOD   draft with none, skip, ngram, s3d or model from now on
      /quit           leave; Ctrl-D does too
      Ctrl-C stops an answer, and clears the line at the prompt.
      When the conversation no longer fits in the context, its oldest turns are left out.\
      """;

  private static final String DIM = "\u001B[2m";
  private static final String PLAIN = "\u001B[0m";

  private final Streams streams;
  private final Engine engine;
  private final AnswerOptions answers;
  private final DraftMethods drafts;
  private final Conversation conversation;
  private final Session session;
  private DraftMethod draft;
  private SpeculationStats total = SpeculationStats.ZERO;

  ChatLoop(
      Streams streams,
      Engine engine,
      AnswerOptions answers,
      DraftMethods drafts,
      Conversation conversation) {
    this.streams = streams;
    this.engine = engine;
    this.answers = answers;
    this.conversation = conversation;
    this.drafts = drafts;
    this.draft = drafts.method(answers.draft().methodName());
    this.session = engine.openSession();
  }

  /** Says what is talking, and how to find out more. */
  void greet() {
    note(
        "%s on %s, context %d, draft %s; /help tells more"
            .formatted(
                engine.model().name(), engine.device().name(), engine.context(), draft.name()));
  }

  /** Until the lines end, or one of them says to. */
  void run(LineSource lines) throws IOException {
    for (String line = lines.next(); line != null; line = lines.next()) {
      String text = line.strip();
      if (text.equals("/quit") || text.equals("/exit")) {
        return;
      }
      if (text.startsWith("/")) {
        obey(text);
      } else if (!text.isEmpty()) {
        answer(text);
      }
    }
  }

  private void obey(String command) {
    String[] words = command.split("\\s+");
    switch (words[0]) {
      case "/help" -> note(HELP);
      case "/stats" -> note(Figures.full(total, draft.name()) + "\n" + contextUse());
      case "/reset" -> {
        conversation.reset();
        session.reset();
        note("the conversation is forgotten");
      }
      case "/draft" -> changeDraft(words);
      default -> note("no command " + words[0] + "; /help lists them");
    }
  }

  private String contextUse() {
    return "context: %d of %d positions in use".formatted(session.length(), engine.context());
  }

  private void changeDraft(String[] words) {
    if (words.length != 2) {
      note("draft is " + draft.name() + "; /draft " + DraftMethods.CHOICE + " changes it");
      return;
    }
    try {
      draft = drafts.method(words[1]);
      note("draft is " + draft.name());
    } catch (UsageException e) {
      note(e.getMessage());
    }
  }

  private void answer(String question) throws IOException {
    conversation.ask(question);
    // Room for an answer, but no more of the context than a quarter.
    int room = Math.min(answers.maxTokens(), engine.context() / 4);
    int dropped =
        conversation.fit(messages -> engine.encodeChat(messages).length, engine.context() - room);
    if (dropped < 0) {
      conversation.takeBack();
      note("the question is too long for the context of " + engine.context() + " positions");
      return;
    }
    if (dropped > 0) {
      note(
          "the conversation no longer fits in the context: the oldest "
              + Figures.count(dropped, "turn")
              + " left out");
    }
    List<ChatMessage> messages = conversation.messages();
    try (Generation generation = session.chat(messages, answers.generation(draft));
        Interrupts _ = new Interrupts(generation::cancel)) {
      PromptProgress.read(generation, streams);
      stream(generation);
      conversation.answered(generation.text());
      report(generation);
    }
  }

  private void stream(Generation generation) throws IOException {
    Writer out = streams.out();
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

  private void report(Generation generation) {
    SpeculationStats stats = generation.stats();
    total = total.plus(stats);
    String end =
        switch (generation.finishReason()) {
          case STOP -> "";
          case LENGTH -> ", ended by the token limit or the context";
          case CANCELLED -> ", stopped";
        };
    note(Figures.brief(stats) + end);
  }

  /** What is no part of an answer goes to standard error. */
  private void note(String text) {
    boolean dim = streams.colour() && streams.isTerminal(Streams.Terminal.ERR);
    streams.err().println(dim ? DIM + text + PLAIN : text);
  }

  @Override
  public void close() {
    session.close();
  }
}
