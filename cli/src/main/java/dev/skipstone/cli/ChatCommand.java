package dev.skipstone.cli;

import dev.skipstone.runtime.Engine;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code skipstone chat}. */
@Command(
    name = "chat",
    description = "A conversation in the terminal; /help there tells its commands.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  skipstone chat",
      "  skipstone chat --temperature 0.7 --seed 1 --system \"You answer in one sentence.\"",
      "  skipstone chat --show-draft",
      "  echo \"What is a B-tree?\" | skipstone chat"
    })
final class ChatCommand implements Callable<Integer> {
  @ParentCommand private Skipstone skipstone;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "System message ahead of the conversation.")
  private String system;

  @Mixin private AnswerOptions answers;
  @Mixin private ModelOptions models;

  @Override
  public Integer call() throws IOException {
    answers.check();
    models.engine();
    Streams streams = skipstone.streams();
    try (Engine engine = answers.draft().load(models, streams);
        DraftMethods drafts = answers.draft().open(engine, streams)) {
      if (engine.model().chatTemplate().isEmpty()) {
        throw new FailedException(
            engine.model().file()
                + ": the model has no chat template; 'skipstone generate --raw' continues a text");
      }
      boolean typed =
          streams.isTerminal(Streams.Terminal.IN) && streams.isTerminal(Streams.Terminal.OUT);
      try (LineSource lines =
              typed ? new TerminalLines(ChatLoop.COMMANDS) : new PipedLines(streams.in());
          ChatLoop loop =
              new ChatLoop(streams, engine, answers, drafts, new Conversation(system))) {
        if (typed) {
          loop.greet();
        }
        loop.run(lines);
      }
    }
    return Skipstone.DONE;
  }
}
