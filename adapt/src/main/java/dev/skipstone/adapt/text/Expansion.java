package dev.skipstone.adapt.text;

import dev.skipstone.adapt.text.EarlierText.Piece;
import dev.skipstone.adapt.text.RequestKind.Tag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Turns a template to a text. In a template,
 *
 * <ul>
 *   <li>{@code {a|b|c}} is one of several, which may hold others;
 *   <li>{@code <rule>} is one of a rule's alternatives, {@code <^rule>} the same with a capital;
 *   <li>an {@code a} before one of these becomes {@code an} where it must;
 *   <li>{@code <A:rule>} is the same wherever it stands in a request;
 *   <li>{@code <number 2 90>} is a number from 2 to 90, {@code <number 10 90 5>} one in steps of 5;
 *   <li>{@code <some 4 rule>} is four different alternatives with commas between them;
 *   <li>{@code <passage 40 90>} is what the model wrote before: whole sentences of 40 to 90 words;
 *       {@code <facts 40 90>} the same, of an answer to a question, and {@code <A:asked>} the
 *       question to {@code <A:facts 40 90>}, which must stand before it; {@code <question>} is any;
 *   <li>{@code <sentence>}, {@code <misspelt>}, {@code <shuffled>} come from such text, {@code
 *       <code>} is a block of code from it, {@code <answer kind 40>} the start of an answer to a
 *       request of that kind;
 *   <li>{@code <nothing>} is empty and {@code \n} a new line.
 * </ul>
 */
final class Expansion {
  private final Grammar grammar;
  private final EarlierText earlier;
  private final RandomGenerator random;
  private final Map<String, String> labelled = new HashMap<>();
  private final Map<String, Piece> pieces = new HashMap<>();
  private boolean lacks;

  Expansion(Grammar grammar, EarlierText earlier, RandomGenerator random) {
    this.grammar = grammar;
    this.earlier = earlier;
    this.random = random;
  }

  /**
   * The text of a template; empty where it needs earlier text that there is not.
   *
   * @throws IllegalArgumentException if the template is not well formed or names what there is not
   */
  Optional<String> expand(String template) {
    String text = text(template);
    return lacks ? Optional.empty() : Optional.of(text);
  }

  private String text(String template) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < template.length(); i++) {
      char c = template.charAt(i);
      if (c == '{' || c == '<') {
        int end = closing(template, i);
        String inner = template.substring(i + 1, end);
        append(text, c == '{' ? text(oneOf(choices(inner))) : reference(inner));
        i = end;
      } else if (template.startsWith("\\n", i)) {
        text.append('\n');
        i++;
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  /** Appends, with an article that fits. */
  private static void append(StringBuilder text, String piece) {
    int end = text.length();
    boolean article =
        end >= 2
            && "aA".indexOf(text.charAt(end - 2)) >= 0
            && text.charAt(end - 1) == ' '
            && (end == 2 || !Character.isLetterOrDigit(text.charAt(end - 3)));
    if (article && !piece.isEmpty() && "aeio".indexOf(piece.charAt(0)) >= 0) {
      text.insert(end - 1, 'n');
    }
    text.append(piece);
  }

  private static int closing(String template, int open) {
    char opening = template.charAt(open);
    char closing = opening == '{' ? '}' : '>';
    int depth = 0;
    for (int i = open; i < template.length(); i++) {
      char c = template.charAt(i);
      depth += c == opening ? 1 : c == closing ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    throw new IllegalArgumentException("not closed: " + template.substring(open));
  }

  private static List<String> choices(String inner) {
    List<String> choices = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < inner.length(); i++) {
      char c = inner.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (c == '|' && depth == 0) {
        choices.add(inner.substring(from, i));
        from = i + 1;
      }
    }
    choices.add(inner.substring(from));
    return choices;
  }

  private String oneOf(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private String reference(String inner) {
    boolean capital = inner.startsWith("^");
    String name = capital ? inner.substring(1) : inner;
    int colon = name.indexOf(':');
    String label = colon < 0 ? null : name.substring(0, colon);
    String[] words = name.substring(colon + 1).split(" ");
    String value = label == null ? null : labelled.get(label + ":" + words[0]);
    if (value == null) {
      value = value(label, words);
      if (label != null) {
        labelled.put(label + ":" + words[0], value);
      }
    }
    return capital && !value.isEmpty()
        ? value.substring(0, 1).toUpperCase(Locale.ROOT) + value.substring(1)
        : value;
  }

  private String value(String label, String[] words) {
    return switch (words[0]) {
      case "nothing" -> "";
      case "number" -> number(words);
      case "some" -> some(Integer.parseInt(words[1]), words[2]);
      case "passage" -> passage(label, words, Tag.PROSE);
      case "facts" -> passage(label, words, Tag.FACTS);
      case "asked" -> pieces.containsKey(label) ? pieces.get(label).asked() : lacking();
      case "question" ->
          earlier
              .any(random, piece -> piece.asked().endsWith("?") && Prose.words(piece.asked()) < 40)
              .map(Piece::asked)
              .orElseGet(this::lacking);
      case "sentence" -> sentence(6, 30);
      case "misspelt" -> Prose.misspelt(sentence(6, 25), random);
      case "shuffled" -> Prose.shuffled(sentence(5, 10), random);
      case "code" ->
          earlier
              .any(random, piece -> piece.kind().is(Tag.CODE) && isShortCode(piece.answer()))
              .map(piece -> Prose.code(piece.answer()))
              .orElseGet(this::lacking);
      case "answer" -> answer(words[1], Integer.parseInt(words[2]));
      default -> text(oneOf(rule(words[0])));
    };
  }

  private List<String> rule(String name) {
    List<String> alternatives = grammar.alternatives(name);
    if (alternatives.isEmpty()) {
      throw new IllegalArgumentException("there is no rule '" + name + "'");
    }
    return alternatives;
  }

  private String number(String[] words) {
    int least = Integer.parseInt(words[1]);
    int most = Integer.parseInt(words[2]);
    int step = words.length > 3 ? Integer.parseInt(words[3]) : 1;
    return Integer.toString(least + step * random.nextInt((most - least) / step + 1));
  }

  private String some(int count, String rule) {
    Set<String> chosen = new LinkedHashSet<>();
    for (int i = 0; chosen.size() < count && i < 20 * count; i++) {
      chosen.add(text(oneOf(rule(rule))));
    }
    return String.join(", ", chosen);
  }

  private String passage(String label, String[] words, Tag tag) {
    int least = Integer.parseInt(words[1]);
    int most = Integer.parseInt(words[2]);
    Optional<Piece> found =
        earlier.any(
            random,
            piece ->
                (piece.kind().is(tag) || (tag == Tag.PROSE && piece.kind().is(Tag.FACTS)))
                    && !pieces.containsValue(piece)
                    && Prose.words(Prose.start(piece.answer(), most)) >= least);
    found.ifPresent(piece -> pieces.put(label == null ? "" + pieces.size() : label, piece));
    return found.map(piece -> Prose.start(piece.answer(), most)).orElseGet(this::lacking);
  }

  private String sentence(int least, int most) {
    Optional<Piece> piece =
        earlier.any(random, p -> isProse(p) && !fitting(p.answer(), least, most).isEmpty());
    return piece.map(p -> oneOf(fitting(p.answer(), least, most))).orElseGet(this::lacking);
  }

  private static boolean isProse(Piece piece) {
    return piece.kind().is(Tag.PROSE) || piece.kind().is(Tag.FACTS);
  }

  private static List<String> fitting(String text, int least, int most) {
    return Prose.sentences(text).stream()
        .filter(sentence -> sentence.indexOf('\n') < 0)
        .filter(sentence -> Prose.words(sentence) >= least && Prose.words(sentence) <= most)
        .toList();
  }

  private static boolean isShortCode(String answer) {
    int length = Prose.code(answer).length();
    return length >= 40 && length <= 600;
  }

  private String answer(String kind, int mostWords) {
    return earlier
        .any(
            random,
            piece ->
                piece.kind().name().equals(kind)
                    && Prose.words(Prose.start(piece.answer(), mostWords)) >= 3)
        .map(piece -> Prose.start(piece.answer(), mostWords))
        .orElseGet(this::lacking);
  }

  private String lacking() {
    lacks = true;
    return "?";
  }
}
