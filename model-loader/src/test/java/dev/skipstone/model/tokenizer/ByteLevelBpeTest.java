package dev.skipstone.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteLevelBpeTest {
  private static final Path FILE = Path.of("micro.gguf");
  private final Tokenizer micro = GgufTokenizers.read(FILE, MicroVocabulary.metadata(), 0);

  @Property
  void decodesWhatItEncoded(@ForAll @StringLength(max = 200) String text, @ForAll boolean special) {
    String valid = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    assertThat(micro.decode(micro.encode(valid, special))).isEqualTo(valid);
    assertThat(micro.decode(micro.encode(text, special))).isEqualTo(wellFormed(text));
  }

  @Test
  void mergesLowestRankFirst() {
    assertThat(micro.encode("hello", false)).containsExactly(MicroVocabulary.FIRST_MERGED + 3);
    assertThat(micro.encode("hell", false)).containsExactly(MicroVocabulary.FIRST_MERGED + 2);
    assertThat(micro.encode("lll", false))
        .containsExactly(MicroVocabulary.FIRST_MERGED + 1, MicroVocabulary.id('l'));
    assertThat(micro.encode("", false)).isEmpty();
  }

  @Test
  void loneSurrogatesBecomeReplacementCharacters() {
    int[] replacement = micro.encode("\ufffd", false);
    assertThat(replacement).hasSize(3);
    assertThat(micro.encode("\ud83d", false)).containsExactly(replacement);
    assertThat(micro.encode("\ude00", false)).containsExactly(replacement);
    assertThat(micro.decode(micro.encode("a\ud83db\ud83d\ude00", false))).isEqualTo("a\ufffdb😀");
  }

  @Test
  void readsControlTokensOnlyWhenAsked() {
    assertThat(micro.encode("<|im_end|>h<user>", true))
        .containsExactly(
            MicroVocabulary.CONTROL_END, MicroVocabulary.id('h'), MicroVocabulary.USER);
    assertThat(micro.encode("<|im_end|>", false)).hasSize(10);
    assertThat(micro.encode("<user>", false)).containsExactly(MicroVocabulary.USER);
    assertThat(micro.encode("<|im_", true)).hasSize(5);
    assertThat(micro.isSpecial(MicroVocabulary.CONTROL_END)).isTrue();
    assertThat(micro.isSpecial(MicroVocabulary.USER)).isFalse();
    assertThat(micro.token(MicroVocabulary.CONTROL_START)).isEqualTo("<|im_start|>");
    assertThat(micro.decode(1, 0)).isEqualTo("<|im_start|><|im_end|>");
  }

  @Test
  void takesTheLongestAddedToken() {
    List<AddedToken> tokens = new ArrayList<>();
    for (String token : List.of("<a", "<a>", "<ab>c", "b", "")) {
      tokens.add(AddedToken.plain(tokens.size(), token, false));
    }
    AddedTokens added = new AddedTokens(tokens);
    assertThat(added.match("<a>", 0, 3).id()).isEqualTo(1);
    assertThat(added.match("<a>", 0, 2).id()).isEqualTo(0);
    assertThat(added.match("<ab>d", 0, 5).id()).isEqualTo(0);
    assertThat(added.match("<ab>cd", 0, 6).id()).isEqualTo(2);
    assertThat(added.match("x<a", 0, 3)).isNull();
    assertThat(added.match("<", 0, 1)).isNull();
    assertThat(new AddedTokens(tokens.subList(4, 5)).isEmpty()).isTrue();
  }

  @Test
  void refusesIdsOutsideTheVocabulary() {
    assertThatThrownBy(() -> micro.decode(0, micro.vocabularySize()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not in the vocabulary of 265 tokens");
    assertThatThrownBy(() -> micro.bytes(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void missingBytesBecomeTheUnknownTokenOrAnError() {
    Map<String, Object> metadata = MicroVocabulary.metadata();
    replaceByte(metadata, 'z', "zz");
    Tokenizer without = GgufTokenizers.read(FILE, metadata, 0);
    assertThatThrownBy(() -> without.encode("xz", false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0x7a");
    metadata.put("tokenizer.ggml.unknown_token_id", 1);
    assertThat(GgufTokenizers.read(FILE, metadata, 0).encode("xz", false))
        .containsExactly(MicroVocabulary.id('x'), 1);
  }

  @Test
  void byteTokensStandInForMissingBytes() {
    Map<String, Object> metadata = MicroVocabulary.metadata();
    replaceByte(metadata, 'z', "<0x7A>");
    types(metadata).set(MicroVocabulary.id('z'), 6);
    Tokenizer tokenizer = GgufTokenizers.read(FILE, metadata, 0);
    assertThat(tokenizer.encode("z", false)).containsExactly(MicroVocabulary.id('z'));
    assertThat(tokenizer.bytes(MicroVocabulary.id('z'))).containsExactly('z');
  }

  @Test
  void putsASpaceBeforeTextWhereAsked() {
    Map<String, Object> metadata = MicroVocabulary.metadata();
    metadata.put("tokenizer.ggml.add_space_prefix", true);
    Tokenizer tokenizer = GgufTokenizers.read(FILE, metadata, 0);
    assertThat(tokenizer.decode(tokenizer.encode("a", false))).isEqualTo(" a");
    assertThat(tokenizer.decode(tokenizer.encode(" a", false))).isEqualTo(" a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", " ", "\n", "h", "😀", "\u0301", "1", "<", "'", "<|im_", "\t "})
  @Timeout(20)
  void longRunsTakeNoMoreThanAMoment(String unit) {
    String text = unit.repeat(1_000_000 / unit.length());
    long start = System.nanoTime();
    int[] ids = micro.encode(text, true);
    Duration taken = Duration.ofNanos(System.nanoTime() - start);
    assertThat(micro.decode(ids)).isEqualTo(text);
    // A quadratic step would take minutes; the bound leaves room for a slow machine.
    assertThat(taken).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void mergesLongPiecesAsShortOnes() {
    Random random = new Random(5);
    MergeTable table = new MergeTable(40);
    List<int[]> merges = new ArrayList<>();
    for (int made = 4; merges.size() < 40; ) {
      int left = random.nextInt(made);
      int right = random.nextInt(made);
      if (table.add(left, right, merges.size(), made)) {
        merges.add(new int[] {left, right, made++});
      }
    }
    assertThat(table.size()).isEqualTo(40);
    for (int round = 0; round < 300; round++) {
      int[] symbols = random.ints(1 + random.nextInt(200), 0, 4).toArray();
      TokenBuffer out = new TokenBuffer();
      List<Integer> expected = mergeOneByOne(merges, symbols);
      new PieceMerger(table).merge(symbols, symbols.length, out);
      assertThat(out.toArray())
          .containsExactly(expected.stream().mapToInt(Integer::intValue).toArray());
    }
  }

  private static List<Integer> mergeOneByOne(List<int[]> merges, int[] symbols) {
    List<Integer> list = new ArrayList<>(Arrays.stream(symbols).boxed().toList());
    boolean merged = true;
    while (merged) {
      merged = false;
      for (int[] merge : merges) {
        for (int i = 0; i + 1 < list.size() && !merged; i++) {
          if (list.get(i) == merge[0] && list.get(i + 1) == merge[1]) {
            list.set(i, merge[2]);
            list.subList(i + 1, i + 2).clear();
            merged = true;
          }
        }
        if (merged) {
          break;
        }
      }
    }
    return list;
  }

  private static void replaceByte(Map<String, Object> metadata, int value, String token) {
    @SuppressWarnings("unchecked")
    List<Object> tokens = (List<Object>) metadata.get("tokenizer.ggml.tokens");
    tokens.set(MicroVocabulary.id(value), token);
  }

  @SuppressWarnings("unchecked")
  private static List<Object> types(Map<String, Object> metadata) {
    return (List<Object>) metadata.get("tokenizer.ggml.token_type");
  }

  private static String wellFormed(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints().forEach(c -> out.appendCodePoint(c >= 0xd800 && c < 0xe000 ? 0xfffd : c));
    return out.toString();
  }
}
