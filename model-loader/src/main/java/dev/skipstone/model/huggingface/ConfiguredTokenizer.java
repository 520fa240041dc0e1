package dev.skipstone.model.huggingface;

import dev.skipstone.model.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A {@code tokenizer.json} with what a model's configuration adds: tokens that end an answer, and
 * rows of the embedding that stand for no token, which have no text.
 */
final class ConfiguredTokenizer implements Tokenizer {
  private static final byte[] NOTHING = {};

  private final Tokenizer tokenizer;
  private final int size;
  private final Set<Integer> endTokens;

  /**
   * @param size rows of the embedding
   * @param ends ids that end an answer
   */
  ConfiguredTokenizer(Tokenizer tokenizer, int size, Set<Integer> ends) {
    this.tokenizer = tokenizer;
    this.size = size;
    Set<Integer> all = new HashSet<>(tokenizer.endTokens());
    all.addAll(ends);
    endTokens = Set.copyOf(all);
  }

  private boolean names(int id) {
    return id < tokenizer.vocabularySize() || id >= size;
  }

  @Override
  public int vocabularySize() {
    return size;
  }

  @Override
  public int[] encode(String text, boolean special) {
    return tokenizer.encode(text, special);
  }

  @Override
  public String decode(int... ids) {
    int[] named = Arrays.stream(ids).filter(this::names).toArray();
    return tokenizer.decode(named);
  }

  @Override
  public byte[] bytes(int id) {
    return names(id) ? tokenizer.bytes(id) : NOTHING;
  }

  @Override
  public String token(int id) {
    return names(id) ? tokenizer.token(id) : "";
  }

  @Override
  public boolean isSpecial(int id) {
    return names(id) && tokenizer.isSpecial(id);
  }

  @Override
  public Set<Integer> endTokens() {
    return endTokens;
  }

  @Override
  public OptionalInt beginToken() {
    return tokenizer.beginToken();
  }
}
