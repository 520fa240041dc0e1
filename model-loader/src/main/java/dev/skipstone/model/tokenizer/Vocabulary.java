package dev.skipstone.model.tokenizer;

import dev.skipstone.model.ModelFileException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tokens of a byte-level vocabulary: how each is written, which bytes it stands for, its kind.
 */
final class Vocabulary {
  /** Kinds, in GGUF's numbering. */
  static final byte NORMAL = 1;

  static final byte UNKNOWN = 2;
  static final byte CONTROL = 3;
  static final byte USER_DEFINED = 4;
  static final byte UNUSED = 5;
  static final byte BYTE = 6;

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
   * @throws ModelFileException if two tokens are the same, or a byte token is not written {@code
   *     <0x41>}
   */
  Vocabulary(Path file, String field, String[] tokens, byte[] kinds) {
    this.file = file;
    this.tokens = tokens;
    this.kinds = kinds;
    bytes = new byte[tokens.length][];
    index = new TokenIndex(tokens);
    for (int id = 0; id < tokens.length; id++) {
      int same = index.add(id);
      if (same != TokenIndex.NONE) {
        throw new ModelFileException(
            file,
            field,
            ModelFileException.NO_OFFSET,
            "tokens " + same + " and " + id + " are both " + Quoted.text(tokens[id]));
      }
      bytes[id] = bytesOf(field, id);
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

  /** For each byte the token that stands for it alone, or {@code missing}. */
  int[] byteTokens(int missing) {
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

  /** The tokens that are read where they are written out in a text. */
  AddedTokens addedTokens(boolean withSpecial) {
    return new AddedTokens(
        tokens,
        IntStream.range(0, size())
            .filter(id -> kinds[id] == USER_DEFINED || (withSpecial && special(id)))
            .toArray());
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
   * Reads merges.
   *
   * @throws ModelFileException if a merge names a token, or makes one, that is not in the
   *     vocabulary, or is there twice
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
      if (!table.add(left, right, result)) {
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

  private byte[] bytesOf(String field, int id) {
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
    boolean asWritten = special(id) || kinds[id] == USER_DEFINED;
    byte[] decoded = asWritten ? null : ByteAlphabet.bytes(token);
    return decoded == null ? token.getBytes(StandardCharsets.UTF_8) : decoded;
  }
}
