package dev.skipstone.cli;

import dev.skipstone.benchmarks.peers.Jlama;
import dev.skipstone.benchmarks.peers.Llama3Java;
import dev.skipstone.benchmarks.peers.LlamaCpp;
import dev.skipstone.benchmarks.peers.Peer;
import dev.skipstone.benchmarks.peers.PeerBenchmark;
import dev.skipstone.benchmarks.peers.PeerException;
import dev.skipstone.benchmarks.peers.PeerSetup;
import dev.skipstone.benchmarks.peers.PeerWorkload;
import dev.skipstone.benchmarks.peers.SkipstonePeer;
import dev.skipstone.runtime.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code skipstone bench peers}. */
@Command(
    name = "peers",
    description =
        "Skipstone (decoding without drafts) beside other engines, on the same model file, token"
            + " ids and number of threads, in turns. Names are llama-bench's: pp512 reads a prompt"
            + " of 512 tokens, tg128 generates 128 tokens behind a short one. Loading is not timed."
            + " skipstone_ratio is Skipstone's speed by the engine's, in the same turn;"
            + " common_prefix counts the first tokens of the answer that are Skipstone's.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  skipstone bench peers --llama-cpp FOLDER --llama3-java Llama3.java",
      "  skipstone bench peers --peers llama.cpp --turns 9 --threads 2 --format markdown",
      "  skipstone bench peers --peers none",
      "",
      "llama.cpp is taken from the npm package node-llama-cpp (with node on the PATH) or from a",
      "llama-bench program. Llama3.java's driver is compiled when the benchmark starts. What can't",
      "be measured is told as missing, with the reason."
    })
final class BenchPeersCommand implements Callable<Integer> {
  private static final List<String> KNOWN = List.of(LlamaCpp.NAME, Jlama.NAME, Llama3Java.NAME);
  private static final String NONE = "none";

  @ParentCommand private BenchCommand bench;

  @Option(
      names = "--peers",
      paramLabel = "LIST",
      defaultValue = LlamaCpp.NAME + "," + Jlama.NAME + "," + Llama3Java.NAME,
      description =
          "Engines beside Skipstone (default: ${DEFAULT-VALUE}), or none for Skipstone alone.")
  private String peers;

  @Option(
      names = "--llama-cpp",
      paramLabel = "PATH",
      description =
          "Folder with node_modules/node-llama-cpp, or llama-bench, or its folder (default: the"
              + " current folder, then llama-bench on the PATH).")
  private String llamaCpp;

  @Option(
      names = "--llama3-java",
      paramLabel = "PATH",
      description = "Llama3.java, its jar or its folder of classes.")
  private String llama3Java;

  @Option(
      names = "--turns",
      paramLabel = "N",
      defaultValue = "5",
      description = "Turns that are counted (default: ${DEFAULT-VALUE}).")
  private int turns;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      defaultValue = "2",
      description = "Turns before them that are not (default: ${DEFAULT-VALUE}).")
  private int warmUps;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      defaultValue = "" + PeerWorkload.DEFAULT_PROMPT,
      description = "Tokens of the long prompt (default: ${DEFAULT-VALUE}).")
  private int promptTokens;

  @Option(
      names = "--generate",
      paramLabel = "N",
      defaultValue = "" + PeerWorkload.DEFAULT_GENERATED,
      description = "Tokens to generate behind the short one (default: ${DEFAULT-VALUE}).")
  private int generated;

  @Mixin private ModelOptions models;
  @Mixin private BenchOptions options;

  @Override
  public Integer call() throws IOException {
    options.check();
    Set<String> names = names();
    Checks.within("--turns", turns, 1, 100_000);
    Checks.within("--warm-ups", warmUps, 0, 100_000);
    Checks.within("--prompt-tokens", promptTokens, 1, 1_000_000);
    Checks.within("--generate", generated, 2, 1_000_000);
    Path llamaCppPath = llamaCpp == null ? null : ModelOptions.path("--llama-cpp", llamaCpp);
    Path llama3Path = llama3Java == null ? null : ModelOptions.path("--llama3-java", llama3Java);
    models.engine();
    models.refuseQuantize();
    try (Engine engine = models.load()) {
      PeerWorkload workload = PeerWorkload.of(engine, promptTokens, generated);
      if (workload.context() > engine.context()) {
        throw new UsageException(
            "--prompt-tokens and --generate need %d positions, more than the context of %d"
                .formatted(workload.context(), engine.context()));
      }
      PeerSetup setup =
          new PeerSetup(engine.model().file(), engine.options().threads(), workload.context());
      List<Peer> open = new ArrayList<>(List.of(new SkipstonePeer(engine)));
      Map<String, String> missing = new LinkedHashMap<>();
      try (Interrupts _ = new Interrupts(Thread.currentThread()::interrupt)) {
        for (String name : names) {
          start(name, llamaCppPath, llama3Path, setup, open, missing);
        }
        return measure(engine, workload, open, missing);
      } catch (InterruptedException e) {
        return Skipstone.INTERRUPTED;
      } finally {
        open.forEach(Peer::close);
      }
    }
  }

  private Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    if (peers.equals(NONE)) {
      return names;
    }
    for (String part : peers.split(",", -1)) {
      String name = part.strip();
      if (!KNOWN.contains(name)) {
        throw new UsageException(
            "--peers takes none or some of %s, not '%s'".formatted(String.join(", ", KNOWN), name));
      }
      names.add(name);
    }
    return names;
  }

  private void start(
      String name,
      Path llamaCppPath,
      Path llama3Path,
      PeerSetup setup,
      List<Peer> open,
      Map<String, String> missing)
      throws InterruptedException {
    bench.streams().err().println("starting " + name + " ...");
    try {
      open.add(
          switch (name) {
            case LlamaCpp.NAME -> LlamaCpp.start(llamaCppPath, setup);
            case Llama3Java.NAME -> Llama3Java.start(llama3Path, setup);
            default -> throw new PeerException(Jlama.problem(setup));
          });
    } catch (PeerException e) {
      missing.put(name, e.getMessage());
      bench.streams().err().println("missing: " + name + ": " + e.getMessage());
    }
  }

  private int measure(
      Engine engine, PeerWorkload workload, List<Peer> open, Map<String, String> missing)
      throws IOException {
    BenchOutput output = new BenchOutput(bench.streams(), options, engine, settings(open));
    PeerBenchmark benchmark = new PeerBenchmark(workload, warmUps, turns);
    PeerBenchmark.Outcome outcome;
    try (BenchProgress progress = new BenchProgress(bench.streams(), "turns of engines")) {
      outcome = benchmark.run(open, progress);
    } catch (PeerException e) {
      throw new FailedException(e.getMessage(), e);
    }
    missing.putAll(outcome.failed());
    int status = output.write(outcome.results(), missing);
    return outcome.interrupted() ? Skipstone.INTERRUPTED : status;
  }

  private Map<String, String> settings(List<Peer> open) {
    Map<String, String> settings = new LinkedHashMap<>();
    open.forEach(peer -> settings.put(peer.name(), peer.version()));
    settings.put("prompt_tokens", Integer.toString(promptTokens));
    settings.put("generate", Integer.toString(generated));
    settings.put("warm_ups", Integer.toString(warmUps));
    settings.put("turns", Integer.toString(turns));
    return settings;
  }
}
