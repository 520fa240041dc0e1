package dev.skipstone.model.tokenizer;

import dev.skipstone.model.ModelFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Holds the place of the tokenizers: knows the vocabulary, but neither encodes nor decodes. */
public final class GgufTokenizers {
  private GgufTokenizers() {}

  public static Tokenizer read(Path file, Map<String, Object> metadata) {
    if (!(metadata.get("tokenizer.ggml.tokens") instanceof List<?> tokens)) {
      throw new ModelFileException(
          file, "tokenizer.ggml.tokens", ModelFileException.NO_OFFSET, "must be a list");
    }
    return new VocabularyOnly(List.copyOf(tokens));
  }

  private record VocabularyOnly(List<?> tokens) implements Tokenizer {
    @Override
    public int vocabularySize() {
      return tokens.size();
    }

    @Override
    public int[] encode(String text, boolean special) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String decode(int... ids) {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte[] bytes(int id) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String token(int id) {
      return tokens.get(id).toString();
    }

    @Override
    public boolean isSpecial(int id) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Set<Integer> endTokens() {
      throw new UnsupportedOperationException();
    }

    @Override
    public OptionalInt beginToken() {
      throw new UnsupportedOperationException();
    }
  }
}
