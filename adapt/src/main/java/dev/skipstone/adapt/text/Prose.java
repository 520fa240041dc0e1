package dev.skipstone.adapt.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes texts apart. */
final class Prose {
  private static final Pattern SENTENCE_END = Pattern.compile("[.!?][\")*]*(?=\\s|$)");
  private static final Pattern FENCED =
      Pattern.compile("```[a-zA-Z+#]*\\n(.+?)```", Pattern.DOTALL);

  private Prose() {}

  static int words(String text) {
    return text.isBlank() ? 0 : text.strip().split("\\s+").length;
  }

  /** The text's sentences, what is behind the last full one left out. */
  static List<String> sentences(String text) {
    List<String> sentences = new ArrayList<>();
    Matcher end = SENTENCE_END.matcher(text);
    int from = 0;
    while (end.find()) {
      // Numbers of lists and initials end no sentence.
      if (end.start() - from >= 12) {
        sentences.add(text.substring(from, end.end()).strip());
        from = end.end();
      }
    }
    return sentences;
  }

  /** Whole sentences from the text's start, of so many words at most; empty where none fits. */
  static String start(String text, int mostWords) {
    int end = 0;
    int words = 0;
    for (String sentence : sentences(text)) {
      words += words(sentence);
      if (words > mostWords) {
        break;
      }
      end = text.indexOf(sentence, end) + sentence.length();
    }
    return text.substring(0, end);
  }

  /** The first block of code in an answer; empty without one. */
  static String code(String answer) {
    Matcher block = FENCED.matcher(answer);
    return block.find() ? block.group(1).stripTrailing() : "";
  }

  /** Spoils a few words: letters swapped, left out or doubled, capitals lost. */
  static String misspelt(String text, RandomGenerator random) {
    String[] words = text.split(" ");
    int mistakes = 1 + words.length / 6;
    for (int i = 0; i < mistakes; i++) {
      int place = random.nextInt(words.length);
      words[place] = misspeltWord(words[place], random);
    }
    return String.join(" ", words);
  }

  private static String misspeltWord(String word, RandomGenerator random) {
    if (word.length() < 4) {
      return word.toLowerCase(Locale.ROOT);
    }
    int at = 1 + random.nextInt(word.length() - 2);
    String start = word.substring(0, at);
    return switch (random.nextInt(3)) {
      case 0 -> start + word.substring(at + 1);
      case 1 -> start + word.charAt(at) + word.substring(at);
      default -> start + word.charAt(at + 1) + word.charAt(at) + word.substring(at + 2);
    };
  }

  /** A sentence's words in another order, with {@code " / "} between them. */
  static String shuffled(String sentence, RandomGenerator random) {
    List<String> words =
        new ArrayList<>(Arrays.asList(sentence.replaceAll("[.!?]+$", "").split("\\s+")));
    for (int i = words.size() - 1; i > 0; i--) {
      Collections.swap(words, i, random.nextInt(i + 1));
    }
    return String.join(" / ", words);
  }
}
