package dev.skipstone.cli;

import dev.skipstone.model.hub.Hub;
import dev.skipstone.model.hub.HubReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code skipstone pull}. */
@Command(
    name = "pull",
    description = {
      "Fetches a model from the Hugging Face hub into its usual cache, for --model owner/name. Of"
          + " several GGUF files the one in Q4_K_M is taken, unless another is named.",
      "A pull that was ended goes on when it is given again. HF_TOKEN holds the token that some"
          + " models need; HF_HUB_OFFLINE=1 forbids to fetch anything."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  skipstone pull owner/name",
      "  skipstone pull owner/name:Q8_0",
      "  skipstone chat --model owner/name"
    })
final class PullCommand implements Callable<Integer> {
  private static final int KIBIBYTE = 1024;

  @ParentCommand private Skipstone parent;

  @Parameters(
      paramLabel = "OWNER/NAME[:FILE]",
      description = "The model; FILE is a file's name, or a part of a GGUF file's.")
  private String model;

  @Option(
      names = "--revision",
      paramLabel = "NAME",
      description = "Branch, tag or commit (default: main).")
  private String revision = HubReference.MAIN;

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description = "Another hub (default: HF_ENDPOINT, or huggingface.co).")
  private String endpoint;

  @Option(
      names = "--cache",
      paramLabel = "FOLDER",
      description = "Where models go (default: HF_HUB_CACHE, or the hub's folder in ~/.cache).")
  private String cache;

  @Mixin private FormatOption format;

  @Override
  public Integer call() throws IOException {
    boolean json = format.json();
    HubReference reference = reference();
    Hub hub = Hub.usual(environment(), Path.of(System.getProperty("user.home")));
    Path pulled;
    // The bar counts in kibibytes: an int holds them for any model.
    try (LongProgress bar = new LongProgress(parent.streams(), "KiB", 0);
        Interrupts _ = new Interrupts(Thread.currentThread()::interrupt)) {
      pulled =
          hub.pull(
              reference,
              (file, done, total) ->
                  bar.report((int) (done / KIBIBYTE), (int) (total / KIBIBYTE), file));
    } catch (InterruptedException e) {
      parent.streams().err().println("interrupted: the same command goes on from here");
      return Skipstone.INTERRUPTED;
    }
    if (json) {
      JsonOutput.line(
          parent.streams().out(),
          generator -> {
            generator.writeStartObject();
            generator.writeStringField("model", reference.toString());
            generator.writeStringField("path", pulled.toString());
            generator.writeEndObject();
          });
    } else {
      parent.streams().out().write(pulled + "\n");
      parent.streams().out().flush();
    }
    return Skipstone.DONE;
  }

  private HubReference reference() {
    try {
      return HubReference.parse(model)
          .orElseThrow(() ->
              new UsageException("pull takes owner/name or owner/name:FILE, not '" + model + "'"))
          .withRevision(revision);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--revision: " + e.getMessage());
    }
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    if (endpoint != null) {
      environment.put("HF_ENDPOINT", endpoint);
    }
    if (cache != null) {
      environment.put("HF_HUB_CACHE", ModelOptions.path("--cache", cache).toString());
    }
    return environment;
  }
}
