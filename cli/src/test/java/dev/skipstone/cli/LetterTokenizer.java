package dev.skipstone.cli;

import dev.skipstone.model.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.Set;

/** Each ASCII character is a token; 0 is the end token. */
final class LetterTokenizer implements Tokenizer {
  @Override
  public int vocabularySize() {
    return 128;
  }

  @Override
  public int[] encode(String text, boolean special) {
    return text.chars().toArray();
  }

  @Override
  public String decode(int... ids) {
    return new String(ids, 0, ids.length);
  }

  @Override
  public byte[] bytes(int id) {
    return token(id).getBytes(StandardCharsets.UTF_8);
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
