package dev.skipstone.cli;

import dev.skipstone.model.tokenizer.Tokenizer;
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

/** {@code skipstone detokenize}. */
@Command(
    name = "detokenize",
    description = "Turns token ids to text.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  skipstone detokenize --tokens 19556,28,905",
      "  skipstone tokenize --text \"Hello\" | skipstone detokenize --file - --format json",
      "",
      "A line of a file of requests: {\"ids\": [1, 2, 3]}. As text, each result ends with a line end",
      "of its own; as JSON it is exact."
    })
final class DetokenizeCommand implements Callable<Integer> {
  @ParentCommand private Skipstone skipstone;

  @Option(
      names = {"--tokens", "--text"},
      paramLabel = "LIST",
      description = "The token ids, such as 1,2,3.")
  private String tokens;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description =
          "File with token ids, divided by commas or white space, in brackets or not; - is standard"
              + " input.")
  private String file;

  @Option(
      names = "--requests",
      paramLabel = "FILE",
      description = "File of token ids, a JSON object a line; - is standard input.")
  private String requests;

  @Option(
      names = "--special",
      description = "Accepted as in tokenize; special tokens are always written out.")
  @SuppressWarnings("unused") // so that a script can give both commands the same options
  private boolean special;

  @Mixin private TokenizerModelOption model;
  @Mixin private FormatOption format;

  /**
   * Token ids.
   *
   * @param where to name in messages about them
   * @param id of their request; null where it has none
   */
  @SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
  private record Item(String where, Object id, int[] ids) {}

  @Override
  public Integer call() throws IOException {
    boolean json = format.json();
    List<Item> items = items();
    Tokenizer tokenizer = model.read();
    for (Item item : items) {
      Checks.tokens(item.where(), item.ids(), tokenizer.vocabularySize());
    }
    Writer out = skipstone.streams().out();
    for (Item item : items) {
      String text = tokenizer.decode(item.ids());
      if (json) {
        JsonOutput.line(
            out,
            generator -> {
              generator.writeStartObject();
              if (item.id() != null) {
                generator.writeFieldName("id");
                JsonOutput.value(generator, item.id());
              }
              generator.writeStringField("text", text);
              generator.writeEndObject();
            });
      } else {
        out.write(text);
        out.write('\n');
      }
    }
    return Skipstone.DONE;
  }

  private List<Item> items() {
    if (Stream.of(tokens, file, requests).filter(Objects::nonNull).count() != 1) {
      throw new UsageException("one of --tokens, --file and --requests is needed");
    }
    Streams streams = skipstone.streams();
    if (tokens != null) {
      return List.of(new Item("--tokens", null, ids("--tokens", tokens)));
    }
    if (file != null) {
      String text = TextFiles.read("--file", file, streams.in());
      return List.of(new Item("--file", null, ids("--file", text)));
    }
    List<Item> items = new ArrayList<>();
    String rows = TextFiles.read("--requests", requests, streams.in());
    for (RequestFile.Line line : RequestFile.lines(TextFiles.shownName(requests), rows)) {
      items.add(new Item(line.where(), line.id(null), line.tokens("ids")));
    }
    return items;
  }

  /** Ids divided by commas or white space, in brackets or not. */
  static int[] ids(String option, String text) {
    String list = text.strip();
    if (list.startsWith("[") && list.endsWith("]")) {
      list = list.substring(1, list.length() - 1).strip();
    }
    return list.isEmpty()
        ? new int[0]
        : IntLists.numbers(option, list.replaceAll("\\s*,\\s*|\\s+", ","));
  }
}
