package dev.skipstone.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.skipstone.model.tokenizer.Tokenizer;
import dev.skipstone.runtime.Engine;
import java.io.IOException;
import java.io.Writer;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code skipstone logits}. */
@Command(
    name = "logits",
    description = "Runs one pass over some tokens and prints the logits of some rows.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  skipstone logits --tokens 1,4093,198 --format json",
      "  skipstone logits --tokens 1,4093,198 --rows 0,2 --skip-attention 10-14 --skip-mlp 12"
    })
final class LogitsCommand implements Callable<Integer> {
  /** How many of the best tokens text shows. */
  private static final int BEST = 10;

  @ParentCommand private Skipstone skipstone;

  @Option(
      names = "--tokens",
      paramLabel = "LIST",
      required = true,
      description = "Token ids, such as 1,2,3.")
  private String tokens;

  @Option(
      names = "--rows",
      paramLabel = "LIST",
      description = "Positions whose logits are wanted, from 0 (default: the last one).")
  private String rows;

  @Mixin private SkipOptions skip;
  @Mixin private ModelOptions models;
  @Mixin private FormatOption format;

  @Override
  public Integer call() throws IOException {
    boolean json = format.json();
    models.engine();
    skip.check();
    int[] ids = IntLists.numbers("--tokens", tokens);
    int[] wanted = rows == null ? new int[] {ids.length - 1} : IntLists.numbers("--rows", rows);
    for (int row : wanted) {
      if (row >= ids.length) {
        throw new UsageException(
            "--rows: row %d is not in the pass, 0 to %d".formatted(row, ids.length - 1));
      }
    }
    try (Engine engine = models.load()) {
      Checks.tokens("--tokens", ids, engine.model().hyperParameters().vocabulary());
      float[][] logits =
          engine.logits(ids, skip.path(engine.model().hyperParameters().layers()), wanted);
      Writer out = skipstone.streams().out();
      if (json) {
        JsonOutput.line(out, generator -> write(generator, wanted, logits));
      } else {
        print(out, wanted, logits, engine.model().tokenizer());
      }
    }
    return Skipstone.DONE;
  }

  static void write(JsonGenerator json, int[] rows, float[][] logits) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("rows");
    for (int i = 0; i < rows.length; i++) {
      json.writeStartObject();
      json.writeNumberField("row", rows[i]);
      json.writeArrayFieldStart("logits");
      for (float logit : logits[i]) {
        json.writeNumber(logit);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void print(Writer out, int[] rows, float[][] logits, Tokenizer tokenizer)
      throws IOException {
    for (int i = 0; i < rows.length; i++) {
      out.write("row " + rows[i] + ", the best " + BEST + " of " + logits[i].length + ":\n");
      for (int token : best(logits[i])) {
        out.write(
            Figures.format("  %10.4f  %7d  %s%n", logits[i][token], token, tokenizer.token(token)));
      }
    }
  }

  private static List<Integer> best(float[] logits) {
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.comparingDouble(token -> -logits[token]))
        .limit(BEST)
        .toList();
  }
}
