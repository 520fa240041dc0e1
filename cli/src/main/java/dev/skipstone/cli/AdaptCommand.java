package dev.skipstone.cli;

import dev.skipstone.adapt.AdapterMaker;
import dev.skipstone.adapt.AdapterPlan;
import dev.skipstone.adapt.Evaluation;
import dev.skipstone.adapt.SublayerFinder;
import dev.skipstone.adapt.TrainingSettings;
import dev.skipstone.adapt.text.Corpus;
import dev.skipstone.adapt.text.TextMaker;
import dev.skipstone.adapt.text.TextProgress;
import dev.skipstone.adapt.text.TextSettings;
import dev.skipstone.adapt.text.Verdict;
import dev.skipstone.model.Model;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.pass.LayerPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code skipstone adapt}. */
@Command(
    name = "adapt",
    description = {
      "Trains a draft adapter for a model, for --draft s3d: the model writes texts by itself, and"
          + " is trained to guess several of its own next tokens in one pass through few of its"
          + " layers. The model's file stays as it is.",
      "A run that was ended, by Ctrl-C or otherwise, goes on when the same command is given again."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  skipstone adapt",
      "  skipstone adapt --model FILE --text notes.txt --steps 500 --kept symmetric"
    })
final class AdaptCommand implements Callable<Integer> {
  /** Tokens of a prompt and its answer. */
  private static final int LONGEST_SEQUENCE = 640;

  private static final String SUFFIX = ".adapt";

  @ParentCommand private Skipstone parent;

  @Mixin private ModelOptions model;
  @Mixin private FormatOption format;
  @Mixin private KeptOptions kept;
  @Mixin private GivenTexts texts;

  @Option(
      names = "--kind",
      paramLabel = "s3d",
      defaultValue = "s3d",
      description = "Kind of adapter: s3d (default).")
  private String kind;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "The adapter (default: the model's name with .s3d.safetensors, beside it). Beside it"
              + " lies a folder with what a resumed run needs, named as it is with "
              + SUFFIX
              + ".")
  private String out;

  @Option(
      names = "--items",
      paramLabel = "N",
      defaultValue = "6000",
      description = "Texts that the model writes, some of which are filtered out (default: 6000).")
  private int items;

  @Option(
      names = "--draft-tokens",
      paramLabel = "N",
      defaultValue = "4",
      description = "Tokens of a draft, 1 to 8 (default: 4).")
  private int draftTokens;

  @Option(
      names = "--rank",
      paramLabel = "N",
      defaultValue = "32",
      description = "Rank of the changes to kept matrices (default: 32).")
  private int rank;

  @Option(
      names = "--vocabulary",
      paramLabel = "N",
      defaultValue = "24576",
      description = "Tokens that a draft can propose: the most frequent ones (default: 24576).")
  private int vocabulary;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "2400",
      description = "Steps of training, a text each (default: 2400).")
  private int steps;

  @Option(
      names = "--riding",
      description = {
        "Masks learn to ride in verifying passes too, every other step: for devices on which",
        "further rows of a pass cost next to nothing."
      })
  private boolean riding;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of texts and training (default: 1).")
  private long seed;

  private volatile boolean interrupted;

  @Override
  public Integer call() throws IOException {
    boolean json = format.json();
    check();
    EngineOptions options = model.engine();
    if (!options.backend().equals("cpu")) {
      throw new UsageException("--backend " + options.backend() + ": adapters are trained on cpu");
    }
    Path target =
        out == null ? AdapterOption.beside(model.file()) : ModelOptions.path("--out", out);
    WholeFile adapter = new WholeFile("--out", target);
    Path folder = target.resolveSibling(target.getFileName() + SUFFIX);
    if (out == null && Files.exists(target) && !Files.exists(folder)) {
      throw new FailedException(
          target + ": is there already, from elsewhere; --out FILE trains another one");
    }
    try (Engine engine = load(options)) {
      int layers = engine.model().hyperParameters().layers();
      Optional<LayerPath> given = kept.given(layers);
      int count = kept.count(layers);
      if (Files.exists(folder) && !Files.isDirectory(folder)) {
        throw new FailedException(folder + ": is a file, where the training needs a folder");
      }
      Corpus corpus = corpus(engine, folder.resolve("texts-%d.jsonl".formatted(seed)));
      if (corpus == null) {
        return interrupted();
      }
      Files.createDirectories(folder);
      LayerPath path =
          given.isPresent()
              ? given.get()
              : find(engine, corpus, folder.resolve("sublayers.json"), count);
      if (path == null) {
        return interrupted();
      }
      AdapterPlan plan = plan(path, engine.context());
      try (AdapterMaker maker = new AdapterMaker(engine, corpus, plan, options.threads())) {
        Path checkpoint = folder.resolve("training.safetensors");
        if (!Files.exists(checkpoint)) {
          parent.streams().err().println("untrained: " + AdapterFigures.of(maker.evaluate()));
        }
        if (!train(maker, checkpoint, skipped(path))) {
          return interrupted();
        }
        Evaluation evaluation = maker.evaluate();
        adapter.write(file -> maker.save(file, evaluation));
        print(json, target, maker.parameters(), evaluation);
      } catch (IllegalArgumentException e) {
        throw new FailedException(e.getMessage(), e);
      }
    }
    return Skipstone.DONE;
  }

  private void check() {
    if (!kind.equals("s3d")) {
      throw new UsageException("--kind is s3d, not '" + kind + "'");
    }
    Checks.atLeast("--items", items, 1);
    Checks.within("--draft-tokens", draftTokens, 1, 8);
    if (riding && draftTokens < 2) {
      throw new UsageException("--riding: a draft of one token has no masks");
    }
    Checks.within("--rank", rank, 1, 1024);
    Checks.atLeast("--vocabulary", vocabulary, 32);
    Checks.atLeast("--steps", steps, 1);
    kept.check();
    texts.check();
  }

  /** The engine, with no more context than a sequence needs or the model has. */
  private Engine load(EngineOptions options) {
    Model opened = model.open();
    int given = options.context() == 0 ? LONGEST_SEQUENCE : options.context();
    int longest = Math.min(given, opened.hyperParameters().context());
    return Engine.load(opened, options.withContext(longest));
  }

  private int interrupted() {
    parent.streams().err().println("interrupted: the same command goes on from here");
    return Skipstone.INTERRUPTED;
  }

  private AdapterPlan plan(LayerPath path, int longest) {
    TrainingSettings defaults = TrainingSettings.defaults();
    TrainingSettings training =
        defaults
            .withSteps(steps)
            .withSeed(seed)
            .withRiding(riding)
            .withBatch(new TrainingSettings.Batch(defaults.batch().anchors(), 1, longest));
    return new AdapterPlan(path, draftTokens, rank, 2 * rank, vocabulary, training);
  }

  /** The texts; null if the making of them was interrupted. */
  private Corpus corpus(Engine engine, Path file) throws IOException {
    if (texts.any()) {
      return texts.read(engine.model(), engine.context() / 2, parent.streams().in());
    }
    TextSettings settings =
        TextSettings.defaults()
            .withItems(items)
            .withSeed(seed)
            .withMaxPromptTokens(engine.context() * 5 / 8)
            .withMaxAnswerTokens(engine.context() * 3 / 10);
    try (LongProgress bar = new LongProgress(parent.streams(), "texts", items)) {
      TextMaker maker =
          new TextMaker(
              engine,
              settings,
              file,
              progress -> bar.report(progress.items(), items, told(progress)));
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (Interrupts _ = new Interrupts(() -> interrupt(maker))) {
        maker.run();
      }
    }
    return interrupted ? null : Corpus.read(file, engine.model());
  }

  private void interrupt(TextMaker maker) {
    interrupted = true;
    maker.cancel();
  }

  private static String told(TextProgress progress) {
    return Figures.format(
        "%d kept, %d tokens, %.0f tokens/s",
        progress.count(Verdict.KEPT), progress.tokens(), progress.tokensPerSecond());
  }

  /** The sublayers to keep; null if the search for them was interrupted. */
  private LayerPath find(Engine engine, Corpus corpus, Path file, int count) throws IOException {
    int all = 2 * engine.model().hyperParameters().layers();
    try (LongProgress bar = new LongProgress(parent.streams(), "sublayers left out", all - count);
        Interrupts _ = new Interrupts(() -> interrupted = true)) {
      return new SublayerFinder(engine, corpus, engine.options().threads())
          .find(
              count,
              seed,
              file,
              (left, loss) -> {
                bar.report(all - left, all - count, Figures.format("loss %.3f", loss));
                return !interrupted;
              })
          .orElse(null);
    }
  }

  /** The share of sublayers that a draft skips. */
  private static double skipped(LayerPath path) {
    return 1 - path.sublayers() / (2.0 * path.layers());
  }

  private boolean train(AdapterMaker maker, Path checkpoint, double skipped) throws IOException {
    try (LongProgress bar = new LongProgress(parent.streams(), "training", steps);
        Interrupts _ = new Interrupts(() -> interrupted = true)) {
      return maker.train(
          checkpoint,
          progress -> {
            bar.report(progress.step(), steps, AdapterFigures.of(progress, skipped));
            return !interrupted;
          });
    }
  }

  private void print(boolean json, Path target, int parameters, Evaluation evaluation)
      throws IOException {
    double tokens = evaluation.tokensPerIteration(draftTokens);
    if (json) {
      JsonOutput.line(
          parent.streams().out(),
          generator -> {
            generator.writeStartObject();
            generator.writeStringField("adapter", target.toString());
            generator.writeNumberField("bytes", Files.size(target));
            generator.writeNumberField("parameters", parameters);
            generator.writeArrayFieldStart("acceptance");
            for (double share : evaluation.acceptance()) {
              generator.writeNumber(share);
            }
            generator.writeEndArray();
            generator.writeNumberField("tokens_per_iteration", tokens);
            generator.writeEndObject();
          });
      return;
    }
    parent
        .streams()
        .out()
        .write(
            Figures.format(
                "%s: %s, %d parameters%n%s%n",
                target,
                Figures.bytes(Files.size(target)),
                parameters,
                AdapterFigures.of(evaluation)));
    parent.streams().out().flush();
  }
}
