package dev.skipstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.runtime.FinishReason;
import dev.skipstone.runtime.SpeculationStats;
import dev.skipstone.runtime.Step;
import dev.skipstone.runtime.pass.Device;
import dev.skipstone.runtime.pass.MemoryPlan;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What commands print, against hand-written expectations. */
final class RenderingTest {
  private static final SpeculationStats STATS =
      new SpeculationStats(1, 10, 0.5, 9, 2, 4, 3, 8, 6, 0.5, 1.25);

  private static String json(JsonOutput.Content content) throws IOException {
    StringWriter out = new StringWriter();
    JsonOutput.line(out, content);
    return out.toString();
  }

  @Test
  void answer() throws IOException {
    Answer answer =
        new Answer(
            "q1",
            new int[] {5, 6},
            "a \"b\"\n",
            FinishReason.STOP,
            STATS,
            new MemoryPlan(100, 20, 3, 0),
            0,
            500);

    assertThat(json(answer::writeTo))
        .isEqualTo(
            """
            {"id":"q1","tokens":[5,6],"text":"a \\"b\\"\\n","finish_reason":"stop",\
            "stats":{"prompt_tokens":10,"prompt_seconds":0.5,"generated_tokens":9,\
            "decode_seconds":2.0,"tokens_per_second":4.0,"iterations":4,"drafted_iterations":3,\
            "drafted":8,"accepted":6,\
            "tokens_per_iteration":2.0,"draft_seconds":0.5,"verify_seconds":1.25,\
            "other_seconds":0.25,\
            "memory":{"weights":100,"kv_cache":20,"scratch":3,"adapter":0,"peak":500}}}
            """);
  }

  @Test
  void logits() throws IOException {
    assertThat(
            json(json ->
                LogitsCommand.write(json, new int[] {0, 5}, new float[][] {{1.5f, -2}, {0, 0.1f}})))
        .isEqualTo(
            """
            {"rows":[{"row":0,"logits":[1.5,-2.0]},{"row":5,"logits":[0.0,0.1]}]}
            """);
  }

  @Test
  void devices() throws IOException {
    Device good = new Device("cpu", 0, "A CPU", 1024, List.of("avx2"), null);
    Device bad = new Device("tornado", 1, "A GPU", 0, List.of(), "no driver");

    assertThat(json(json -> DevicesCommand.write(json, List.of(good, bad))))
        .isEqualTo(
            """
            [{"backend":"cpu","index":0,"name":"A CPU","memory":1024,"features":["avx2"],\
            "works":true},{"backend":"tornado","index":1,"name":"A GPU","memory":0,"features":[],\
            "works":false,"problem":"no driver"}]
            """);
  }

  @Test
  void figures() {
    assertThat(Figures.brief(STATS))
        .isEqualTo("9 tokens, 4 tok/s, 2.0 tokens/iteration, 75 % of drafts accepted");
    assertThat(Figures.full(STATS, "skip"))
        .contains("4.0 tokens/s", "6 of 8 drafted tokens accepted (75 %)", "25 % drafting");
  }

  @Test
  void drafts() {
    Step partly = new Step(new int[] {'a', 'b', 'c'}, 1, new int[] {'a', 'x'}, "ax");
    Step ended = new Step(new int[] {'d', 0}, 2, new int[] {'d', 0}, "d");

    DraftView plain = new DraftView(new LetterTokenizer(), false);
    assertThat(plain.show(partly) + plain.show(ended)).isEqualTo("[+a][-bc]x[+d]");
    assertThat(new DraftView(new LetterTokenizer(), true).show(partly))
        .isEqualTo("\u001B[32ma\u001B[0m\u001B[2;9;31mbc\u001B[0mx");
  }

  @Test
  void aStopTextIsNotShown() {
    DraftView view = new DraftView(new LetterTokenizer(), false);
    Step held = new Step(new int[] {'a', 'S'}, 2, new int[] {'a', 'S', 'T'}, "a");
    Step goesOn = new Step(new int[0], 0, new int[] {'b'}, "STb");
    Step stopped = new Step(new int[0], 0, new int[] {'S'}, "");

    assertThat(view.show(held)).isEqualTo("[+a]");
    assertThat(view.show(goesOn)).isEqualTo("[+S]Tb");
    assertThat(view.show(stopped)).isEmpty();
  }

  @Test
  void halfACharacterAtTheEndIsShownAsTheAnswerHasIt() {
    DraftView view = new DraftView(new LetterTokenizer(), false);
    Step first = new Step(new int[0], 0, new int[] {'a', 0xc3}, "a");
    Step last = new Step(new int[0], 0, new int[] {0}, "\ufffd");

    assertThat(view.show(first)).isEqualTo("a");
    assertThat(view.show(last)).isEqualTo("\ufffd");
  }

  @Test
  void longMetadataIsAbbreviated() {
    assertThat(Inspection.shown(List.of(1, 2, 3, 4, 5))).isEqualTo("5 values: [1, 2, 3, 4, ...]");
    assertThat(Inspection.shown("x".repeat(200))).hasSizeLessThan(130).contains("(200 characters)");
    assertThat(Inspection.shown("a\nb")).isEqualTo("a\\nb");
    assertThat(Inspection.shown("a\u001B[2Jb")).isEqualTo("a\\u001b[2Jb");
  }

  @Test
  void idsInAnyLayout() {
    assertThat(DetokenizeCommand.ids("--file", " [1, 2,\n3]\n")).containsExactly(1, 2, 3);
    assertThat(DetokenizeCommand.ids("--file", "1 2\t3\n")).containsExactly(1, 2, 3);
    assertThat(DetokenizeCommand.ids("--file", "[]")).isEmpty();
  }

  @Test
  void peakMemory() {
    List<String> status = Arrays.asList("Name:\tjava", "VmHWM:\t   123 kB", "Threads:\t9");
    assertThat(ProcessMemory.peakIn(status, 7)).isEqualTo(123 * 1024);
    assertThat(ProcessMemory.peakIn(List.of("Name: x"), 7)).isEqualTo(7);
  }
}
