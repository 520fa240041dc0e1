package dev.skipstone.adapt.text;

import dev.skipstone.model.Model;
import dev.skipstone.model.tokenizer.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sequences to train a draft adapter on, and those held back to judge it by. Immutable. */
public final class Corpus {
  /** One sequence of so many is held back. */
  private static final int HELD_BACK = 20;

  /** Characters that are tokenized at once. */
  private static final int PART = 1 << 15;

  private final List<Sequence> training = new ArrayList<>();
  private final List<Sequence> heldBack = new ArrayList<>();

  private Corpus() {}

  /**
   * One text. Its array is not to be changed.
   *
   * @param kind of request that it answers; {@code text} for plain text
   * @param tokens a prompt and its answer; at least two
   * @param answerStart where the answer begins; 1 or more, and before the end
   */
  @SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
  public record Sequence(String kind, int[] tokens, int answerStart) {}

  /**
   * Reads a file that {@link TextMaker} wrote, or is still writing.
   *
   * @throws IOException if it can't be read
   * @throws IllegalArgumentException if it is no corpus file, is broken (naming the line), or was
   *     written by another model
   */
  public static Corpus read(Path path, Model model) throws IOException {
    Corpus corpus = new Corpus();
    int vocabulary = model.hyperParameters().vocabulary();
    CorpusJson.read(
        path,
        true,
        header -> CorpusHeader.checkModel(path, header.model(), model.fingerprint()),
        item -> {
          if (item.kept()) {
            int prompt = item.prompt().length;
            int[] tokens = Arrays.copyOf(item.prompt(), prompt + item.answer().length);
            System.arraycopy(item.answer(), 0, tokens, prompt, item.answer().length);
            if (Arrays.stream(tokens).anyMatch(token -> token >= vocabulary)) {
              throw new IllegalArgumentException(
                  "%s: item %d has a token that is not in the vocabulary of %d"
                      .formatted(path, item.id(), vocabulary));
            }
            corpus.add(item.id(), new Sequence(item.kind(), tokens, prompt));
          }
        });
    return corpus;
  }

  /**
   * Plain text, cut to sequences that are learned as a whole.
   *
   * @param files UTF-8 text
   * @param length tokens of a sequence; a shorter rest at a file's end counts from a quarter on
   * @throws IOException if a file can't be read, or is not UTF-8
   * @throws IllegalArgumentException if the length is under 8, or the files hold no text
   */
  public static Corpus ofText(List<Path> files, Model model, int length) throws IOException {
    checkLength(length);
    Corpus corpus = new Corpus();
    for (Path file : files) {
      try (BufferedReader reader = Files.newBufferedReader(file)) {
        corpus.cut(reader, model.tokenizer(), length);
      }
    }
    if (corpus.size() == 0) {
      throw new IllegalArgumentException("there is no text to train on in " + files);
    }
    return corpus;
  }

  /**
   * Token ids, of a model whose tokenizer is not known, cut to sequences that are learned as a
   * whole.
   *
   * @param texts ids in the model's vocabulary
   * @param length tokens of a sequence; a shorter rest at a text's end counts from a quarter on
   * @throws IllegalArgumentException if the length is under 8, or no text is as long as a rest
   */
  public static Corpus ofTokens(List<int[]> texts, int length) {
    checkLength(length);
    Corpus corpus = new Corpus();
    for (int[] text : texts) {
      for (int from = 0; from < text.length; from += length) {
        corpus.addText(
            Arrays.copyOfRange(text, from, Math.min(text.length, from + length)), length);
      }
    }
    if (corpus.size() == 0) {
      throw new IllegalArgumentException(
          "there is no text to train on: none has %d tokens".formatted(length / 4));
    }
    return corpus;
  }

  private static void checkLength(int length) {
    if (length < 8) {
      throw new IllegalArgumentException("sequences of %d tokens, not 8 or more".formatted(length));
    }
  }

  private void cut(BufferedReader reader, Tokenizer tokenizer, int length) throws IOException {
    int[] sequence = new int[length];
    int filled = 0;
    int begin = tokenizer.beginToken().orElse(-1);
    StringBuilder part = new StringBuilder();
    for (String line = ""; line != null; ) {
      line = reader.readLine();
      if (line != null) {
        part.append(line).append('\n');
      }
      if (part.length() < PART && line != null) {
        continue;
      }
      for (int token : tokenizer.encode(part.toString(), false)) {
        if (filled == 0 && begin >= 0) {
          sequence[filled++] = begin;
        }
        sequence[filled++] = token;
        if (filled == length) {
          addText(sequence.clone(), length);
          filled = 0;
        }
      }
      part.setLength(0);
    }
    addText(Arrays.copyOf(sequence, filled), length);
  }

  /** Adds a sequence, unless it is a rest that is too short. */
  private void addText(int[] tokens, int length) {
    if (tokens.length >= length / 4) {
      add(size(), new Sequence("text", tokens, 1));
    }
  }

  private void add(int id, Sequence sequence) {
    (id % HELD_BACK == HELD_BACK - 1 ? heldBack : training).add(sequence);
  }

  private int size() {
    return training.size() + heldBack.size();
  }

  /** All sequences but those held back. */
  public List<Sequence> training() {
    return List.copyOf(training);
  }

  /**
   * How often each token is in what is to be learned.
   *
   * @param vocabulary how many tokens there are
   */
  public long[] counts(int vocabulary) {
    long[] counts = new long[vocabulary];
    for (Sequence sequence : training) {
      for (int i = sequence.answerStart(); i < sequence.tokens().length; i++) {
        counts[sequence.tokens()[i]]++;
      }
    }
    return counts;
  }

  /** Every {@value #HELD_BACK}th sequence, by its number. */
  public List<Sequence> heldBack() {
    return List.copyOf(heldBack);
  }
}
