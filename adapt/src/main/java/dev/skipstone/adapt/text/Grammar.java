package dev.skipstone.adapt.text;

import dev.skipstone.adapt.text.RequestKind.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Templates of requests, and the lists of words that they choose from, as text files.
 *
 * <p>A line that is not indented opens a rule with its name; a weight behind it, and tags, make a
 * kind of request of it. The indented lines that follow are its alternatives, several in a line
 * with {@code " | "} between them. What a template may hold is told at {@link Expansion}. Lines
 * that begin with {@code #} are comments.
 */
final class Grammar {
  private final Map<String, List<String>> rules = new HashMap<>();
  private final List<RequestKind> kinds = new ArrayList<>();

  private final String hash;

  private Grammar(String text) {
    hash = Integer.toHexString(text.hashCode());
  }

  /** The project's own. */
  static Grammar own() {
    return parse(resource("requests.txt") + "\n" + resource("words.txt"));
  }

  private static String resource(String name) {
    try (InputStream in = Grammar.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a grammar.
   *
   * @throws IllegalArgumentException if a line is not what it should be
   */
  static Grammar parse(String text) {
    Grammar grammar = new Grammar(text);
    String header = null;
    List<String> alternatives = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith(" ")) {
        alternatives.addAll(List.of(line.strip().split(" \\| ")));
      } else {
        grammar.add(header, alternatives);
        header = line;
        alternatives = new ArrayList<>();
      }
    }
    grammar.add(header, alternatives);
    return grammar;
  }

  private void add(String header, List<String> alternatives) {
    if (header == null && alternatives.isEmpty()) {
      return;
    }
    if (header == null || alternatives.isEmpty()) {
      throw new IllegalArgumentException(
          header == null ? "an alternative without a rule" : "a rule without any: " + header);
    }
    String[] words = header.strip().split(" +", -1);
    List<String> templates = Collections.unmodifiableList(alternatives);
    if (rules.put(words[0], templates) != null) {
      throw new IllegalArgumentException("the rule " + words[0] + " is there twice");
    }
    if (words.length > 1) {
      EnumSet<Tag> tags = EnumSet.noneOf(Tag.class);
      for (int i = 2; i < words.length; i++) {
        tags.add(Tag.valueOf(words[i].toUpperCase(Locale.ROOT).replace('-', '_')));
      }
      int weight = Integer.parseInt(words[1]);
      kinds.add(new RequestKind(words[0], weight, Collections.unmodifiableSet(tags), templates));
    }
  }

  /** A rule's alternatives; empty if there is no such rule. */
  List<String> alternatives(String rule) {
    return rules.getOrDefault(rule, List.of());
  }

  /** Kinds of requests, in the files' order. */
  List<RequestKind> kinds() {
    return kinds;
  }

  /** What tells this grammar from others. */
  String hash() {
    return hash;
  }

  /** Every template and word, for tests. */
  List<String> everything() {
    return rules.values().stream().flatMap(List::stream).toList();
  }
}
