package dev.skipstone.cli;

import dev.skipstone.model.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code skipstone tokenize}. */
@Command(
    name = "tokenize",
    description = "Turns text to token ids.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  skipstone tokenize --text \"Hello, world\"",
      "  skipstone tokenize --special --text \"<|im_start|>user\"",
      "  skipstone tokenize --model tokenizer.json --requests texts.jsonl --format json",
      "",
      "A line of a file of requests: {\"text\": \"...\"}."
    })
final class TokenizeCommand implements Callable<Integer> {
  @ParentCommand private Skipstone skipstone;

  @Option(names = "--text", paramLabel = "TEXT", description = "The text.")
  private String text;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "File with the text, taken whole; - is standard input.")
  private String file;

  @Option(
      names = "--requests",
      paramLabel = "FILE",
      description = "File of texts, a JSON object a line; - is standard input.")
  private String requests;

  @Option(
      names = "--special",
      description = "Read special tokens that are written out in the text as those tokens.")
  private boolean special;

  @Mixin private TokenizerModelOption model;
  @Mixin private FormatOption format;

  /**
   * A text and the id of its request; null where it has none.
   *
   * @param id a string or a number
   */
  private record Item(Object id, String text) {}

  @Override
  public Integer call() throws IOException {
    boolean json = format.json();
    List<Item> items = items();
    Tokenizer tokenizer = model.read();
    Writer out = skipstone.streams().out();
    for (Item item : items) {
      int[] ids = tokenizer.encode(item.text(), special);
      if (json) {
        JsonOutput.line(
            out,
            generator -> {
              generator.writeStartObject();
              if (item.id() != null) {
                generator.writeFieldName("id");
                JsonOutput.value(generator, item.id());
              }
              JsonOutput.ints(generator, "ids", ids);
              generator.writeEndObject();
            });
      } else {
        out.write(IntStream.of(ids).mapToObj(Integer::toString).collect(Collectors.joining(",")));
        out.write('\n');
      }
    }
    return Skipstone.DONE;
  }

  private List<Item> items() {
    if (Stream.of(text, file, requests).filter(Objects::nonNull).count() != 1) {
      throw new UsageException("one of --text, --file and --requests is needed");
    }
    if (text != null) {
      return List.of(new Item(null, text));
    }
    Streams streams = skipstone.streams();
    if (file != null) {
      return List.of(new Item(null, TextFiles.read("--file", file, streams.in())));
    }
    List<Item> items = new ArrayList<>();
    String rows = TextFiles.read("--requests", requests, streams.in());
    for (RequestFile.Line line : RequestFile.lines(TextFiles.shownName(requests), rows)) {
      items.add(new Item(line.id(null), line.text("text")));
    }
    return items;
  }
}
