package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skipstone.model.chat.ChatMessage;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.Generation;
import dev.skipstone.runtime.GenerationOptions;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.pass.LayerPath;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The default model against Hugging Face transformers' float32 arithmetic over its weights. */
final class SmolLm2GoldenTest {
  /**
   * What float32 sums in another order and float16 cells may move a difference of two logits by.
   */
  private static final double ROUNDING = 0.05;

  /** A logit's error as a share of its row's standard deviation. */
  private static final double SHARE_OF_DEVIATION = 0.01;

  private static final Pattern TURN =
      Pattern.compile("<\\|im_start\\|>(\\w+)\n(.*?)<\\|im_end\\|>\n", Pattern.DOTALL);

  private static Engine engine;

  @BeforeAll
  static void load() {
    engine = DefaultModel.load(1);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  static List<Named<JsonNode>> prompts() {
    return cases("smollm2/expected.json");
  }

  static List<Named<JsonNode>> skips() {
    return cases("smollm2/skip.json");
  }

  private static List<Named<JsonNode>> cases(String file) {
    List<Named<JsonNode>> cases = new ArrayList<>();
    for (JsonNode row : Golden.read(file).get("cases")) {
      cases.add(Named.of("question " + row.get("question_id"), row));
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("prompts")
  void promptsTokensThroughTemplateAndTokenizer(JsonNode row) {
    String prompt = row.get("prompt").asText();
    int[] ids = Golden.ints(row.get("prompt_ids"));
    List<ChatMessage> messages = new ArrayList<>();
    Matcher turn = TURN.matcher(prompt);
    while (turn.find()) {
      messages.add(new ChatMessage(turn.group(1), turn.group(2)));
    }

    assertThat(messages).hasSizeGreaterThanOrEqualTo(2);
    assertThat(engine.encodeText(prompt)).containsExactly(ids);
    assertThat(engine.encodeChat(messages)).containsExactly(ids);
    if (messages.getFirst().role().equals("system") && messages.size() == 2) {
      // The template puts this model's own system message before a question that has none.
      assertThat(engine.encodeChat(messages.subList(1, 2))).containsExactly(ids);
    }
  }

  @ParameterizedTest
  @MethodSource("prompts")
  void promptsLikelihoodAndFirstLogits(JsonNode row) {
    int[] ids = Golden.ints(row.get("prompt_ids"));

    float[][] logits = engine.logits(ids, full(), IntStream.range(0, ids.length).toArray());

    double sum = 0;
    for (int i = 0; i + 1 < ids.length; i++) {
      sum += negativeLogLikelihood(logits[i], ids[i + 1]);
    }
    double expected = row.get("prompt_mean_nll").asDouble();
    assertThat(sum / (ids.length - 1)).isCloseTo(expected, within(1e-3 * expected));
    JsonNode first = row.get("first_top5");
    int[] best = Golden.ints(first.get("ids"));
    double[] bestLogits = Golden.doubles(first.get("logits"));
    assertOrder(best, bestLogits, logits[ids.length - 1]);
  }

  /** Two logits may change places only where rounding can account for it, as may the last place. */
  private static void assertOrder(int[] best, double[] expected, float[] logits) {
    for (int i = 0; i < best.length; i++) {
      for (int j = i + 1; j < best.length; j++) {
        if (expected[i] - expected[j] >= ROUNDING) {
          assertThat(logits[best[i]])
              .as("token %d before %d", best[i], best[j])
              .isGreaterThan(logits[best[j]]);
        }
      }
    }
    double last = logits[best[best.length - 1]];
    long above = IntStream.range(0, logits.length).filter(i -> logits[i] > last + ROUNDING).count();
    assertThat(above).isLessThan(best.length);
  }

  @ParameterizedTest
  @MethodSource("prompts")
  void greedyTokens(JsonNode row) {
    int[] expected = Golden.ints(row.get("greedy"));
    double[] margins = Golden.doubles(row.get("greedy_margin"));
    GenerationOptions options =
        GenerationOptions.defaults().withMaxTokens(expected.length).withDraft(DraftMethod.none());
    int[] tokens;
    try (Session session = engine.openSession();
        Generation answer = session.generate(Golden.ints(row.get("prompt_ids")), options)) {
      answer.complete();
      tokens = answer.tokens();
    }

    int same = 0;
    while (same < expected.length && same < tokens.length && tokens[same] == expected[same]) {
      same++;
    }

    // Behind a difference the two go on from different texts.
    if (same < expected.length) {
      assertThat(margins[same])
          .as("margin of token %d, %d here, not %d", same, tokens[same], expected[same])
          .isLessThan(ROUNDING);
    }
    assertThat(same).as("tokens that agree").isPositive();
  }

  @ParameterizedTest
  @MethodSource("skips")
  void logitsWithSublayersSkipped(JsonNode row) {
    int[] tokens = Golden.ints(row.get("tokens"));
    LayerPath path =
        LayerPath.skipping(
            engine.model().hyperParameters().layers(),
            Golden.ints(row.get("skip_attention")),
            Golden.ints(row.get("skip_mlp")));
    for (JsonNode expected : row.get("rows")) {
      float[] logits = engine.logits(tokens, path, expected.get("row").asInt())[0];
      int[] best = Golden.ints(expected.get("top5"));
      double[] values = Golden.doubles(expected.get("logits"));
      double deviation = expected.get("std").asDouble();

      for (int i = 0; i < best.length; i++) {
        assertThat((double) logits[best[i]])
            .as("row %s, token %d", expected.get("row"), best[i])
            .isCloseTo(values[i], within(SHARE_OF_DEVIATION * deviation));
      }
      assertOrder(best, values, logits);
      assertThat(deviation(logits)).isCloseTo(deviation, within(0.05 * deviation));
    }
  }

  @Test
  void skippingChangesTheLogits() {
    int[] tokens = Golden.ints(prompts().getFirst().getPayload().get("prompt_ids"));
    int last = tokens.length - 1;
    LayerPath path = LayerPath.skipping(full().layers(), new int[] {4}, new int[0]);

    assertThat(engine.logits(tokens, path, last)).isNotEqualTo(engine.logits(tokens, full(), last));
  }

  private static LayerPath full() {
    return LayerPath.full(engine.model().hyperParameters().layers());
  }

  private static double negativeLogLikelihood(float[] logits, int token) {
    double most = IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max().orElseThrow();
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - most);
    }
    return Math.log(sum) + most - logits[token];
  }

  private static double deviation(float[] logits) {
    double mean = 0;
    double squares = 0;
    for (float logit : logits) {
      mean += logit;
    }
    mean /= logits.length;
    for (float logit : logits) {
      squares += (logit - mean) * (logit - mean);
    }
    return Math.sqrt(squares / logits.length);
  }
}
