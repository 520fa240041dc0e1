package dev.skipstone.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class DetokenizerTest {
  private final Tokenizer micro =
      GgufTokenizers.read(Path.of("micro.gguf"), MicroVocabulary.metadata(), 0);

  /** Tokens of bytes, mostly such as decide whether a character goes on. */
  @Provide
  Arbitrary<int[]> ids() {
    Arbitrary<Integer> telling =
        Arbitraries.of(
            0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1,
            0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff);
    return Arbitraries.oneOf(
            telling.map(MicroVocabulary::id), Arbitraries.integers().between(0, 264))
        .array(int[].class)
        .ofMaxSize(24);
  }

  @Property(tries = 5000)
  void piecesMakeTheWhole(@ForAll("ids") int[] ids) {
    Detokenizer stream = micro.detokenizer();
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(stream.add(id));
    }
    text.append(stream.finish());
    assertThat(text.toString()).isEqualTo(micro.decode(ids));
    assertThat(stream.finish()).isEmpty();
  }

  /** As Rust's from_utf8_lossy, and so Hugging Face's tokenizers, have it. */
  @Test
  void encodedSurrogatesAreThreeBrokenBytes() {
    int[] ids = {MicroVocabulary.id(0xed), MicroVocabulary.id(0xa0), MicroVocabulary.id(0x80)};
    assertThat(micro.decode(ids)).isEqualTo("\ufffd\ufffd\ufffd");
    assertThat(micro.decode(ids[0], ids[1])).isEqualTo("\ufffd\ufffd");
  }

  @Test
  void holdsBackHalfACharacter() {
    byte[] bytes = "😀".getBytes(StandardCharsets.UTF_8);
    int[] ids = IntStream.range(0, 4).map(i -> MicroVocabulary.id(bytes[i] & 0xff)).toArray();
    Detokenizer stream = micro.detokenizer();
    assertThat(stream.add(ids[0]) + stream.add(ids[1]) + stream.add(ids[2])).isEmpty();
    assertThat(stream.add(ids[3])).isEqualTo("😀");
    assertThat(stream.add(ids[0])).isEmpty();
    assertThat(stream.add(MicroVocabulary.id('a'))).isEqualTo("\ufffda");
    assertThat(stream.add(ids[0])).isEmpty();
    assertThat(stream.finish()).isEqualTo("\ufffd");
  }
}
