package dev.skipstone.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code skipstone} command. */
@Command(
    name = "skipstone",
    description =
        "Runs language models on the JVM, and makes them faster by letting the model draft with"
            + " some of its own layers skipped.",
    mixinStandardHelpOptions = true,
    versionProvider = Skipstone.Version.class,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    usageHelpWidth = 100,
    synopsisSubcommandLabel = "COMMAND")
public final class Skipstone implements Runnable {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int WRONG_USAGE = 2;

  /** What a shell calls a program that Ctrl-C has ended. */
  static final int INTERRUPTED = 130;

  /** In the order of the help. */
  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("generate", GenerateCommand.class);
    COMMANDS.put("chat", ChatCommand.class);
    COMMANDS.put("logits", LogitsCommand.class);
    COMMANDS.put("tokenize", TokenizeCommand.class);
    COMMANDS.put("detokenize", DetokenizeCommand.class);
    COMMANDS.put("inspect", InspectCommand.class);
    COMMANDS.put("devices", DevicesCommand.class);
    COMMANDS.put("bench", BenchCommand.class);
    COMMANDS.put("adapt", AdaptCommand.class);
    COMMANDS.put("pull", PullCommand.class);
    COMMANDS.put("convert", ConvertCommand.class);
  }

  private final Streams streams;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "With an error, print the stack trace too.")
  private boolean verbose;

  Skipstone(Streams streams) {
    this.streams = streams;
  }

  /** Runs one command and ends the JVM with its exit status. */
  public static void main(String[] args) {
    int status = run(Streams.ofProcess(), args);
    System.err.flush();
    // Not every thread of a library is a daemon, and a shutdown hook has nothing to wait for.
    System.exit(status);
  }

  /** Runs one command; returns its exit status. */
  static int run(Streams streams, String... args) {
    Skipstone skipstone = new Skipstone(streams);
    CommandLine line = new CommandLine(skipstone);
    addCommands(line, args);
    line.setOut(new PrintWriter(streams.out()));
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            streams.colouredOut() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    line.setExecutionStrategy(skipstone::execute);
    line.setParameterExceptionHandler((e, arguments) -> skipstone.wrongUsage(e));
    line.setOverwrittenOptionsAllowed(false);
    line.setAbbreviatedOptionsAllowed(false);
    try {
      int status = line.execute(args.length == 0 ? new String[] {"--help"} : args);
      streams.out().flush();
      return status;
    } catch (IOException e) {
      return skipstone.failed(e);
    }
  }

  /** Where the first argument is a command, only that: the others' options take a while to read. */
  private static void addCommands(CommandLine line, String... args) {
    if (args.length > 0 && COMMANDS.containsKey(args[0])) {
      line.addSubcommand(COMMANDS.get(args[0]));
    } else {
      COMMANDS.values().forEach(line::addSubcommand);
    }
  }

  Streams streams() {
    return streams;
  }

  @Override
  public void run() {
    throw new UsageException("no command given");
  }

  private int execute(CommandLine.ParseResult parsed) {
    try {
      Integer help = CommandLine.executeHelpRequest(parsed);
      if (help != null) {
        return help;
      }
      return new CommandLine.RunLast().execute(parsed);
    } catch (CommandLine.ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof UsageException usage) {
        return wrongUsage(e.getCommandLine(), usage.getMessage(), usage);
      }
      return failed(cause);
    } catch (OutOfMemoryError | StackOverflowError e) {
      return failed(e);
    }
  }

  private int wrongUsage(ParameterException e) {
    String message = e.getMessage();
    if (e instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      List<String> near = unmatched.getSuggestions();
      message += "; did you mean " + near.stream().limit(3).collect(Collectors.joining(" or "));
    }
    return wrongUsage(e.getCommandLine(), message, e);
  }

  private int wrongUsage(CommandLine line, String message, Exception e) {
    String command = line.getCommandSpec().qualifiedName();
    report(command + ": " + oneLine(message) + " (see " + command + " --help)", e);
    return WRONG_USAGE;
  }

  private int failed(Throwable e) {
    if (e instanceof OutputException output && output.readerLeft()) {
      return DONE;
    }
    report("skipstone: " + oneLine(Failures.describe(e)), e);
    return FAILED;
  }

  private void report(String line, Throwable e) {
    streams.err().println(line);
    if (verbose) {
      e.printStackTrace(streams.err());
    }
  }

  private static String oneLine(String message) {
    return Arrays.stream(message.split("\\R"))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(" "));
  }

  /** The version that Maven wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Skipstone.class.getPackage().getImplementationVersion();
      return new String[] {
        "skipstone " + (version == null ? "(not from a jar)" : version),
        "Java " + Runtime.version() + ", " + System.getProperty("java.vm.name")
      };
    }
  }
}
