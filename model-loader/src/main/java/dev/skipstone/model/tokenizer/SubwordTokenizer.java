package dev.skipstone.model.tokenizer;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A tokenizer as models have them: added tokens are found in the text, what lies between is
 * normalized and cut into pieces, and the model makes tokens of each piece.
 */
final class SubwordTokenizer implements Tokenizer {
  private final Vocabulary vocabulary;
  private final TextRules rules;
  private final SubwordModel model;
  private final AddedSets all;
  private final AddedSets userDefined;
  private final Set<Integer> endTokens;
  private final OptionalInt beginToken;

  /** Added tokens that are looked for before and after normalization. */
  private record AddedSets(AddedTokens raw, AddedTokens normalized) {
    static AddedSets of(List<AddedToken> tokens, TextRules rules, boolean special) {
      List<AddedToken> wanted =
          tokens.stream().filter(token -> special || !token.special()).toList();
      return new AddedSets(
          new AddedTokens(wanted.stream().filter(token -> !token.normalized()).toList()),
          new AddedTokens(
              wanted.stream()
                  .filter(AddedToken::normalized)
                  .map(token -> token.withContent(normalized(token.content(), rules)))
                  .toList()));
    }

    private static String normalized(String content, TextRules rules) {
      return TextStep.applyAll(rules.normalizers(), content, true);
    }
  }

  SubwordTokenizer(
      Vocabulary vocabulary,
      List<AddedToken> added,
      TextRules rules,
      SubwordModel model,
      Set<Integer> endTokens,
      OptionalInt beginToken) {
    this.vocabulary = vocabulary;
    this.rules = rules;
    this.model = model;
    this.endTokens = Set.copyOf(endTokens);
    this.beginToken = beginToken;
    all = AddedSets.of(added, rules, true);
    userDefined = AddedSets.of(added, rules, false);
  }

  @Override
  public int vocabularySize() {
    return vocabulary.size();
  }

  @Override
  public int[] encode(String text, boolean special) {
    TokenBuffer out = new TokenBuffer();
    AddedSets added = special ? all : userDefined;
    PieceSink pieces = Split.chain(rules.splits(), model.encoder(out));
    PieceSink sections =
        rules.changesText() || !added.normalized().isEmpty()
            ? (section, from, to) -> changed(section, from, to, added, pieces, out)
            : pieces;
    String valid = Utf8.wellFormed(text);
    added.raw().cut(valid, 0, valid.length(), sections, out::add);
    return out.toArray();
  }

  private void changed(
      String text, int from, int to, AddedSets added, PieceSink pieces, TokenBuffer out) {
    boolean first = from == 0;
    String normal = TextStep.applyAll(rules.normalizers(), text.substring(from, to), first);
    PieceSink opening =
        rules.openings().isEmpty()
            ? pieces
            : (section, start, end) -> {
              boolean firstOfAll = first && start == 0;
              String opened =
                  TextStep.applyAll(rules.openings(), section.substring(start, end), firstOfAll);
              if (!opened.isEmpty()) {
                pieces.piece(opened, 0, opened.length());
              }
            };
    added.normalized().cut(normal, 0, normal.length(), opening, out::add);
  }

  @Override
  public String decode(int... ids) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(ids.length * 5);
    for (int id : ids) {
      text.writeBytes(bytes(id));
    }
    byte[] bytes = text.toByteArray();
    int from = rules.dropsFirstSpace() && bytes.length > 0 && bytes[0] == ' ' ? 1 : 0;
    return Utf8.decode(bytes, from, bytes.length);
  }

  @Override
  public byte[] bytes(int id) {
    return vocabulary.bytes(checked(id));
  }

  @Override
  public String token(int id) {
    return vocabulary.token(checked(id));
  }

  @Override
  public boolean isSpecial(int id) {
    return vocabulary.special(checked(id));
  }

  @Override
  public boolean dropsFirstSpace() {
    return rules.dropsFirstSpace();
  }

  @Override
  public Set<Integer> endTokens() {
    return endTokens;
  }

  @Override
  public OptionalInt beginToken() {
    return beginToken;
  }

  private int checked(int id) {
    if (id < 0 || id >= vocabulary.size()) {
      throw new IllegalArgumentException(
          "token " + id + " is not in the vocabulary of " + vocabulary.size() + " tokens");
    }
    return id;
  }
}
