package dev.skipstone.model.tokenizer;

import dev.skipstone.model.ModelFileException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The tokens: how each is written, which bytes it stands for, its kind. */
final class Vocabulary {
  /** Kinds, in GGUF's numbering. */
  static final byte NORMAL = 1;

  static final byte UNKNOWN = 2;
  static final byte CONTROL = 3;
  static final byte USER_DEFINED = 4;
  static final byte UNUSED = 5;
  static final byte BYTE = 6;

  /** The unknown token of a vocabulary that has none. */
  static final int NO_UNKNOWN = -1;

  /** How the bytes of ordinary tokens are written. */
  enum Writing {
    /** As their text. */
    PLAIN,
    /** As their text, with {@link TextStep#SPACE_SIGN} for spaces. */
    SPACE_SIGNS,
    /** In the {@link ByteAlphabet}. */
    BYTE_ALPHABET
  }

  private final Path file;
  private final String[] tokens;
  private final byte[][] bytes;
  private final byte[] kinds;
  private final TokenIndex index;

  /**
   * @param file named in errors
   * @param field what the tokens are called in the file
   * @param tokens by id; kept, not copied
   * @param kinds a kind for each token; kept, not copied
   * @throws ModelFileException if two tokens that can be used are the same, or a byte token is not
   *     written {@code <0x41>}
   */
  Vocabulary(Path file, String field, String[] tokens, byte[] kinds, Writing writing) {
    this.file = file;
    this.tokens = tokens;
    this.kinds = kinds;
    bytes = new byte[tokens.length][];
    index = new TokenIndex(tokens);
    for (int id = 0; id < tokens.length; id++) {
      int same = index.add(id);
      if (same != TokenIndex.NONE && kinds[id] != UNUSED) {
        throw new ModelFileException(
            file,
            field,
            ModelFileException.NO_OFFSET,
            "tokens " + same + " and " + id + " are both " + Quoted.text(tokens[id]));
      }
      bytes[id] = bytesOf(field, id, writing);
    }
  }

  int size() {
    return tokens.length;
  }

  String token(int id) {
    return tokens[id];
  }

  byte[] bytes(int id) {
    return bytes[id];
  }

  byte kind(int id) {
    return kinds[id];
  }

  /** Whether a token is for the model's use and not part of a text. */
  boolean special(int id) {
    return kinds[id] == CONTROL || kinds[id] == UNKNOWN;
  }

  /** Finds tokens by their text. */
  TokenIndex index() {
    return index;
  }

  /** An ordinary token by its text, or {@link TokenIndex#NONE}. */
  int findText(String text, int from, int to) {
    int id = index.find(text, from, to);
    return id != TokenIndex.NONE && ordinary(id) ? id : TokenIndex.NONE;
  }

  /** Whether a token is a part of text, written as it is. */
  boolean ordinary(int id) {
    return kinds[id] == NORMAL || kinds[id] == USER_DEFINED;
  }

  /** For each byte the token that the alphabet's character is, or {@code missing}. */
  int[] alphabetTokens(int missing) {
    int[] ids = new int[256];
    for (int value = 0; value < ids.length; value++) {
      int id = index.find(String.valueOf(ByteAlphabet.character(value)));
      ids[value] = id == TokenIndex.NONE || kinds[id] == BYTE || special(id) ? missing : id;
    }
    for (int id = 0; id < kinds.length; id++) {
      if (kinds[id] == BYTE && ids[bytes[id][0] & 0xff] == missing) {
        ids[bytes[id][0] & 0xff] = id;
      }
    }
    return ids;
  }

  /** For each byte its byte token; null if one has none. */
  int[] byteTokens() {
    int[] ids = new int[256];
    int found = 0;
    for (int id = kinds.length - 1; id >= 0; id--) {
      if (kinds[id] == BYTE) {
        int value = bytes[id][0] & 0xff;
        found += ids[value] == 0 ? 1 : 0;
        ids[value] = id;
      }
    }
    return found == ids.length ? ids : null;
  }

  /** The first token of a kind, or {@link #NO_UNKNOWN}. */
  int first(byte kind) {
    for (int id = 0; id < kinds.length; id++) {
      if (kinds[id] == kind) {
        return id;
      }
    }
    return NO_UNKNOWN;
  }

  /**
   * The merges of a vocabulary that has scores: any two tokens that make a token, the one with the
   * highest score first.
   */
  MergeTable mergesByScore(double[] scores) {
    List<Integer> made =
        IntStream.range(0, size())
            .filter(this::ordinary)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer id) -> -scores[id]))
            .toList();
    MergeTable merges = new MergeTable(size());
    int rank = 0;
    for (int i = 0; i < made.size(); i++) {
      int id = made.get(i);
      rank = i > 0 && scores[id] == scores[made.get(i - 1)] ? rank : i;
      String token = tokens[id];
      for (int at = 1; at < token.length(); at++) {
        int left = findText(token, 0, at);
        int right = left == TokenIndex.NONE ? left : findText(token, at, token.length());
        if (right != TokenIndex.NONE) {
          merges.add(left, right, rank, id);
        }
      }
    }
    return merges;
  }

  static IllegalArgumentException lacks(byte value) {
    return new IllegalArgumentException(
        String.format(
            "the text has the byte 0x%02x, for which the vocabulary has no token", value & 0xff));
  }

  /** Control tokens among {@code names}. */
  List<Integer> control(List<String> names) {
    List<Integer> ids = new ArrayList<>();
    for (String name : names) {
      int id = index.find(name);
      if (id != TokenIndex.NONE && kinds[id] == CONTROL) {
        ids.add(id);
      }
    }
    return ids;
  }

  /**
   * Reads merges; a {@link ModelFileException} if one names a token, or makes one, that is not in
   * the vocabulary, or is there twice.
   */
  final class MergeReader {
    private final String field;
    private final MergeTable table;

    MergeReader(String field, int count) {
      this.field = field;
      table = new MergeTable(count);
    }

    /** Adds a merge written as {@code left right}. */
    void add(String merge) {
      int space = merge.indexOf(' ');
      if (space <= 0 || space == merge.length() - 1 || merge.indexOf(' ', space + 1) >= 0) {
        throw problem(merge, "is not two tokens with a space between them");
      }
      add(merge, space, space + 1);
    }

    /** Adds a merge of {@code text[0, leftEnd)} and {@code text[rightStart, …)}. */
    void add(String text, int leftEnd, int rightStart) {
      int left = index.find(text, 0, leftEnd);
      int right = index.find(text, rightStart, text.length());
      int result = index.findJoined(text, leftEnd, rightStart);
      if (left == TokenIndex.NONE || right == TokenIndex.NONE || result == TokenIndex.NONE) {
        String token =
            left == TokenIndex.NONE
                ? text.substring(0, leftEnd)
                : right == TokenIndex.NONE
                    ? text.substring(rightStart)
                    : text.substring(0, leftEnd) + text.substring(rightStart);
        throw problem(text, "needs " + Quoted.text(token) + ", which is not in the vocabulary");
      }
      if (!table.add(left, right, table.size(), result)) {
        throw problem(text, "is there twice");
      }
    }

    MergeTable table() {
      return table;
    }

    private ModelFileException problem(String merge, String what) {
      return new ModelFileException(
          file,
          field,
          ModelFileException.NO_OFFSET,
          "merge " + table.size() + " (" + Quoted.text(merge) + ") " + what);
    }
  }

  private byte[] bytesOf(String field, int id, Writing writing) {
    String token = tokens[id];
    if (kinds[id] == BYTE) {
      if (!token.matches("<0x[0-9A-Fa-f]{2}>")) {
        throw new ModelFileException(
            file,
            field,
            ModelFileException.NO_OFFSET,
            "token " + id + " is a byte but written " + Quoted.text(token) + ", not like <0x41>");
      }
      return new byte[] {(byte) Integer.parseInt(token, 3, 5, 16)};
    }
    if (writing == Writing.SPACE_SIGNS && !special(id)) {
      return token.replace(TextStep.SPACE_SIGN, " ").getBytes(StandardCharsets.UTF_8);
    }
    boolean asWritten = writing == Writing.PLAIN || special(id) || kinds[id] == USER_DEFINED;
    byte[] decoded = asWritten ? null : ByteAlphabet.bytes(token);
    return decoded == null ? token.getBytes(StandardCharsets.UTF_8) : decoded;
  }
}
