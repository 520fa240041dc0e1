package dev.skipstone.adapt.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProseTest {
  private static final String TEXT =
      "The harbor is old. Ships come every day! Do they bring oranges? Nobody knows for";

  @Test
  void sentencesEndAtTheirMarksAndAHalfOneIsLeftOut() {
    assertThat(Prose.sentences(TEXT))
        .containsExactly("The harbor is old.", "Ships come every day!", "Do they bring oranges?");
    assertThat(Prose.sentences("1. Boil the water for tea. 2. Wait."))
        .as("numbers end no sentence")
        .containsExactly("1. Boil the water for tea.");
    assertThat(Prose.sentences("It costs 3.50 in the shop.")).hasSize(1);
  }

  @Test
  void aStartHasWholeSentencesOfSoManyWords() {
    assertThat(Prose.start(TEXT, 8)).isEqualTo("The harbor is old. Ships come every day!");
    assertThat(Prose.start(TEXT, 7)).isEqualTo("The harbor is old.");
    assertThat(Prose.start(TEXT, 100)).endsWith("oranges?");
    assertThat(Prose.start(TEXT, 3)).isEmpty();
  }

  @Test
  void codeIsWhatIsBetweenFences() {
    assertThat(Prose.code("Here:\n```python\nprint(1)\n```\nDone.")).isEqualTo("print(1)");
    assertThat(Prose.code("No code.")).isEmpty();
  }

  @Test
  void misspeltAndShuffledTextIsStillTheSameWords() {
    Random random = new Random(3);
    String sentence = "Nobody in the village remembered the lighthouse keeper.";
    String misspelt = Prose.misspelt(sentence, random);
    assertThat(misspelt).isNotEqualTo(sentence);
    assertThat(misspelt.split(" ")).hasSameSizeAs(sentence.split(" "));
    String[] shuffled = Prose.shuffled(sentence, random).split(" / ");
    assertThat(shuffled).isNotEqualTo(sentence.replace(".", "").split(" "));
    Arrays.sort(shuffled);
    String[] words = sentence.replace(".", "").split(" ");
    Arrays.sort(words);
    assertThat(shuffled).isEqualTo(words);
  }
}
