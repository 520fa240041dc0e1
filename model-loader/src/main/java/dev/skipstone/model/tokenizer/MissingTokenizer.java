package dev.skipstone.model.tokenizer;

import dev.skipstone.model.ModelFileException;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/**
 * In place of a tokenizer that is not there, or not supported: ids go in and out, text doesn't.
 * Nothing ends an answer.
 */
public final class MissingTokenizer implements Tokenizer {
  private static final byte[] NOTHING = {};

  private final int size;
  private final Supplier<ModelFileException> problem;

  /**
   * @param size tokens of the model
   * @param problem an exception that says why there is none
   */
  public MissingTokenizer(int size, Supplier<ModelFileException> problem) {
    this.size = size;
    this.problem = problem;
  }

  /** Why there is none. */
  public ModelFileException problem() {
    return problem.get();
  }

  @Override
  public int vocabularySize() {
    return size;
  }

  @Override
  public int[] encode(String text, boolean special) {
    throw problem.get();
  }

  @Override
  public String decode(int... ids) {
    throw problem.get();
  }

  /** None: an answer to token ids has no text. */
  @Override
  public byte[] bytes(int id) {
    return NOTHING;
  }

  @Override
  public String token(int id) {
    return "";
  }

  @Override
  public boolean isSpecial(int id) {
    return false;
  }

  @Override
  public Set<Integer> endTokens() {
    return Set.of();
  }

  @Override
  public OptionalInt beginToken() {
    return OptionalInt.empty();
  }
}
