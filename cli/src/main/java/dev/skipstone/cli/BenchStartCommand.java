package dev.skipstone.cli;

import dev.skipstone.benchmarks.peers.LlamaCpp;
import dev.skipstone.benchmarks.peers.PeerSetup;
import dev.skipstone.benchmarks.peers.SkipstonePeer;
import dev.skipstone.benchmarks.peers.StartBenchmark;
import dev.skipstone.model.chat.ChatMessage;
import dev.skipstone.runtime.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code skipstone bench start}. */
@Command(
    name = "start",
    description =
        "How long it takes from the start of a process to the first token of the answer to a short"
            + " prompt: of this launcher's 'generate', and of llama.cpp, which is given the prompt's"
            + " token ids. They take turns, each in a new process every time.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  skipstone bench start --llama-cpp FOLDER",
      "  skipstone bench start --prompt \"Hello\" --turns 15 --format json",
      "",
      "llama.cpp is taken from the npm package node-llama-cpp, with node on the PATH."
    })
final class BenchStartCommand implements Callable<Integer> {
  @ParentCommand private BenchCommand bench;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      defaultValue = "Why is the sky blue?",
      description = "What to answer; taken as the user's message (default: ${DEFAULT-VALUE}).")
  private String prompt;

  @Option(
      names = "--llama-cpp",
      paramLabel = "PATH",
      description = "Folder with node_modules/node-llama-cpp (default: the current folder).")
  private String llamaCpp;

  @Option(
      names = "--turns",
      paramLabel = "N",
      defaultValue = "7",
      description = "Turns that are counted, behind one that is not (default: ${DEFAULT-VALUE}).")
  private int turns;

  @Mixin private ModelOptions models;
  @Mixin private BenchOptions options;

  @Override
  public Integer call() throws IOException {
    options.check();
    Checks.within("--turns", turns, 1, 100_000);
    Path place = llamaCpp == null ? null : ModelOptions.path("--llama-cpp", llamaCpp);
    String home = System.getProperty("skipstone.home");
    if (home == null) {
      throw new UsageException("where the launcher is, is not known: start it with ./skipstone");
    }
    models.engine();
    models.refuseQuantize();
    try (Engine engine = models.load()) {
      Path file = engine.model().file().toAbsolutePath();
      int threads = engine.options().threads();
      int[] tokens = engine.encodeChat(List.of(ChatMessage.user(prompt)));
      Map<String, StartBenchmark.Start> engines = new LinkedHashMap<>();
      engines.put(SkipstonePeer.NAME, StartBenchmark.command(launch(home, file, threads)));
      PeerSetup setup = new PeerSetup(file, threads, engine.context());
      engines.put(LlamaCpp.NAME, StartBenchmark.llamaCpp(place, setup, tokens));
      return measure(engine, tokens.length, engines);
    }
  }

  private List<String> launch(String home, Path file, int threads) {
    return List.of(
        Path.of(home, "skipstone").toString(),
        "generate",
        "--prompt",
        prompt,
        "--max-tokens",
        "1",
        "--model",
        file.toString(),
        "--threads",
        Integer.toString(threads));
  }

  private int measure(Engine engine, int tokens, Map<String, StartBenchmark.Start> engines)
      throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("prompt_tokens", Integer.toString(tokens));
    settings.put("turns", Integer.toString(turns));
    BenchOutput output = new BenchOutput(bench.streams(), options, engine, settings);
    StartBenchmark.Outcome outcome;
    try (BenchProgress progress = new BenchProgress(bench.streams(), "starts of engines");
        Interrupts _ = new Interrupts(Thread.currentThread()::interrupt)) {
      outcome = new StartBenchmark(turns).run(engines, progress);
    }
    outcome
        .failed()
        .forEach((name, why) -> bench.streams().err().println("missing: " + name + ": " + why));
    if (outcome.failed().containsKey(SkipstonePeer.NAME)) {
      return Skipstone.FAILED;
    }
    int status = output.write(outcome.results(), outcome.failed());
    return outcome.interrupted() ? Skipstone.INTERRUPTED : status;
  }
}
