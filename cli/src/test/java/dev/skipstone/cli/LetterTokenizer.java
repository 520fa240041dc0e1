package dev.skipstone.cli;

import dev.skipstone.model.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.Set;

/** Tokens are bytes, and so each ASCII character is a token; 0 is the end token. */
final class LetterTokenizer implements Tokenizer {
  @Override
  public int vocabularySize() {
    return 256;
  }

  @Override
  public int[] encode(String text, boolean special) {
    return text.chars().toArray();
  }

  @Override
  public String decode(int... ids) {
    byte[] bytes = new byte[ids.length];
    for (int i = 0; i < ids.length; i++) {
      bytes[i] = (byte) ids[i];
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public byte[] bytes(int id) {
    return new byte[] {(byte) id};
  }

  @Override
  public String token(int id) {
    return Character.toString(id);
  }

  @Override
  public boolean isSpecial(int id) {
    return id == 0;
  }

  @Override
  public Set<Integer> endTokens() {
    return Set.of(0);
  }

  @Override
  public OptionalInt beginToken() {
    return OptionalInt.empty();
  }
}
