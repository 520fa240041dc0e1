package dev.skipstone.cli;

import dev.skipstone.adapt.text.Corpus;
import dev.skipstone.model.Model;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Texts to train on that are given, in place of those that the model writes by itself. */
final class GivenTexts {
  private static final String TEXT = "--text";
  private static final String TOKENS = "--tokens";

  @Option(
      names = TEXT,
      paramLabel = "FILE",
      arity = "1..*",
      description = "Plain text to train on, in place of what the model writes by itself.")
  private List<String> texts = List.of();

  @Option(
      names = TOKENS,
      paramLabel = "FILE",
      description =
          "The same as token ids, a text a line, such as tokenize prints: for a model whose"
              + " tokenizer is not known. - is standard input.")
  private String tokens;

  /** Whether there are any. */
  boolean any() {
    return !texts.isEmpty() || tokens != null;
  }

  void check() {
    if (!texts.isEmpty() && tokens != null) {
      throw new UsageException(TEXT + " and " + TOKENS + ": give one of them");
    }
  }

  /**
   * Reads them.
   *
   * @param length tokens that a sequence is cut to
   * @param in standard input
   * @throws IOException if a file can't be read
   * @throws IllegalArgumentException if there is no text in them
   */
  Corpus read(Model model, int length, InputStream in) throws IOException {
    if (tokens == null) {
      List<Path> files = texts.stream().map(text -> ModelOptions.path(TEXT, text)).toList();
      return Corpus.ofText(files, model, length);
    }
    List<int[]> lines = new ArrayList<>();
    int line = 0;
    for (String row : (Iterable<String>) TextFiles.read(TOKENS, tokens, in).lines()::iterator) {
      line++;
      String where = "%s: line %d".formatted(TextFiles.shownName(tokens), line);
      int[] ids = DetokenizeCommand.ids(where, row);
      Checks.tokens(where, ids, model.hyperParameters().vocabulary());
      lines.add(ids);
    }
    return Corpus.ofTokens(lines, length);
  }
}
