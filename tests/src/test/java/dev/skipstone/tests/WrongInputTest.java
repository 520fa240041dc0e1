package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.cli.CommandRun;
import dev.skipstone.model.testing.GgufKind;
import dev.skipstone.model.testing.GgufWriter;
import dev.skipstone.model.testing.MicroModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every broken file and option is one line on standard error, and exit status 1 or 2. */
final class WrongInputTest {
  /** Commands that read the whole model. */
  private static final List<String> COMMANDS =
      List.of("generate --prompt hello --max-tokens 2", "logits --tokens 5,6", "chat");

  @TempDir static Path folder;
  private static Path model;
  private static final Map<String, Path> BROKEN = new LinkedHashMap<>();

  @BeforeAll
  static void writeFiles() throws IOException {
    model = MicroModel.defaults().write(folder.resolve("micro.gguf"));
    byte[] sound = Files.readAllBytes(model);
    broken("empty", new byte[0]);
    for (int length : new int[] {1, 4, 8, 23, 24, 100, 1000, 5000, 9000, sound.length / 2}) {
      broken("cut at " + length, Arrays.copyOf(sound, length));
    }
    broken("cut by one", Arrays.copyOf(sound, sound.length - 1));
    broken("zeros", new byte[4096]);
    byte[] counts = sound.clone();
    Arrays.fill(counts, 8, 24, (byte) 0x7f);
    broken("absurd counts", counts);
    byte[] version = sound.clone();
    version[4] = 99;
    broken("version", version);
    BROKEN.put(
        "text", Files.writeString(folder.resolve("text.gguf"), "This is not a model.\n".repeat(9)));
    BROKEN.put("folder", Files.createDirectory(folder.resolve("folder.gguf")));
    BROKEN.put("missing", folder.resolve("missing.gguf"));
    changed("no norm", writer().withoutTensor("output_norm.weight"));
    changed("no matrix", writer().withoutTensor("blk.2.ffn_down.weight"));
    changed("no embedding", writer().withoutTensor("token_embd.weight"));
    changed("tensor type", retyped(31));
    changed("no type at all", retyped(-3));
    changed("architecture", writer().replace("general.architecture", GgufKind.STRING, "other"));
    changed("no architecture", writer().without("general.architecture"));
    changed("kind", writer().replace("llama.block_count", GgufKind.STRING, "four"));
    changed("no tokens", writer().without("tokenizer.ggml.tokens"));
    for (String key :
        List.of(
            "block_count",
            "embedding_length",
            "feed_forward_length",
            "attention.head_count",
            "attention.head_count_kv",
            "attention.key_length",
            "context_length")) {
      changed(key + " 0", writer().replace("llama." + key, GgufKind.UINT32, 0));
      if (!key.equals("context_length")) {
        changed(key + " huge", writer().replace("llama." + key, GgufKind.UINT32, 0xfffffff0L));
      }
    }
    changed("NaN", writer().replace("llama.rope.freq_base", GgufKind.FLOAT32, Float.NaN));
    changed(
        "negative",
        writer().replace("llama.attention.layer_norm_rms_epsilon", GgufKind.FLOAT32, -1f));
  }

  private static GgufWriter writer() {
    return MicroModel.defaults().writer();
  }

  private static GgufWriter retyped(int type) {
    return writer().withoutTensor("output_norm.weight").header("output_norm.weight", type, 0, 64);
  }

  private static void changed(String name, GgufWriter writer) {
    BROKEN.put(name, writer.write(folder.resolve(name.replace(' ', '-') + ".gguf")));
  }

  private static void broken(String name, byte[] bytes) throws IOException {
    BROKEN.put(name, Files.write(folder.resolve(name.replace(' ', '-') + ".gguf"), bytes));
  }

  static Stream<String> brokenFiles() {
    return BROKEN.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("brokenFiles")
  void brokenModelFile(String name) {
    Path file = BROKEN.get(name);
    for (String command : COMMANDS) {
      CommandRun run = refused(1, command, "--model", file.toString());

      assertThat(run.err()).contains(file.getFileName().toString());
    }
  }

  /** Where there is no SDK; the launcher's test class path never has one. */
  @Test
  void deviceThatDoesNotWork() {
    CommandRun run =
        refused(1, "generate --prompt hello --backend tornado", "--model", model.toString());

    assertThat(run.err()).contains("device 0 of backend tornado").contains("setup-tornado.sh");
  }

  static final List<String> NUMERIC =
      List.of(
          "--max-tokens 0,-1,x,NaN,1.5,99999999999",
          "--temperature -0.1,NaN,-Infinity,Infinity,1e99,x",
          "--top-k -1,NaN,0.5,99999999999",
          "--top-p -1,0,1.01,NaN,Infinity,x",
          "--min-p -1,1.01,NaN,Infinity,x",
          "--seed x,NaN,1.5,99999999999999999999",
          "--threads 0,-1,1025,NaN,99999999999",
          "--context 0,-1,NaN,99999999999",
          "--draft-tokens 0,-1,16,NaN,99999999999",
          "--skip-attention -1,4,NaN,0-4,3-1,0-2147483647,0-99999999999,x",
          "--skip-mlp -1,4,NaN,0-4,3-1,0-2147483647,0-99999999999,x",
          "--backend gpu,cpu:,cpu:-1,cpu:x,:0",
          "--draft unknown,s2d,model,auto,NONE",
          "--format xml,JSON",
          "--tokens 5,-1,288,2147483647,99999999999,NaN,5-");

  @ParameterizedTest
  @FieldSource("NUMERIC")
  void optionOutOfRange(String row) {
    String option = row.substring(0, row.indexOf(' '));
    for (String value : row.substring(option.length() + 1).split(",", -1)) {
      String prompt = option.equals("--tokens") ? "" : " --prompt hello";
      if (option.equals("--tokens") && value.equals("5")) {
        continue; // the one good value, to show that its neighbours fail for what they are
      }
      CommandRun run = refused(2, "generate" + prompt, option, value, "--model", model.toString());

      assertThat(run.err()).contains(option);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "generate --prompt hello --context 257",
        "generate --prompt hello --context 2147483647",
        "generate --prompt hello --backend cpu:1",
        "generate --prompt hello --context 4",
        "generate --tokens 5,6,7 --context 3",
        "logits --tokens 5,6,7 --context 2",
        "logits --tokens 5 --context 257",
        "inspect --tensor none --raw out.f32",
        "inspect --tensor output_norm.weight --raw no-such-folder/out.f32",
        "inspect --tensor output_norm.weight --raw /",
        "inspect --tensor output_norm.weight --raw /dev/null",
        "inspect --context 257",
      })
  void failsForThisModel(String command) {
    refused(1, command, "--model", model.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "generate",
        "generate --prompt hello --tokens 1",
        "generate --prompt hello --prompt-file x",
        "generate --tokens 1 --requests x",
        "generate --prompt hello --draft none --draft-tokens 3",
        "generate --prompt hello --draft ngram --skip-mlp 1",
        "generate --prompt hello --draft none --skip-attention 1",
        "generate --prompt hello --format json --show-draft",
        "generate --prompt hello --adapter x",
        "generate --prompt hello --draft-model x",
        "generate --prompt hello --max-tokens 3 --max-tokens 4",
        "generate --prompt hello --no-such-option",
        "generate --prompt hello stray",
        "generate --prompt",
        "logits --tokens 5,288",
        "logits --tokens 5 --rows 1",
        "logits --tokens 5 --rows -1",
        "logits --tokens 5 --rows NaN",
        "logits --tokens 5 --skip-attention 4",
        "detokenize --tokens 288",
        "detokenize --tokens -1",
        "tokenize --text a --file b",
        "inspect --raw out.f32",
        "inspect --tensor output_norm.weight",
        "no-such-command",
      })
  void wrongUsage(String command) {
    refused(2, command, "--model", model.toString());
  }

  static final List<String> LINES =
      List.of(
          "",
          "x",
          "[]",
          "null",
          "{",
          "{}",
          "{\"id\": 1}",
          "{\"prompt\": 5}",
          "{\"prompt\": null}",
          "{\"prompt\": \"\\ud800\", \"prompt\": \"b\"}",
          "{\"prompt\": \"a\", \"tokens\": [5]}",
          "{\"prompt\": \"a\"} {\"prompt\": \"b\"}",
          "{\"prompt\": \"a\", \"id\": []}",
          "{\"prompt\": \"a\", \"max_tokens\": 0}",
          "{\"prompt\": \"a\", \"max_tokens\": -1}",
          "{\"prompt\": \"a\", \"max_tokens\": 1.5}",
          "{\"prompt\": \"a\", \"max_tokens\": \"5\"}",
          "{\"prompt\": \"a\", \"max_tokens\": NaN}",
          "{\"prompt\": \"a\", \"max_tokens\": 99999999999}",
          "{\"tokens\": []}",
          "{\"tokens\": 5}",
          "{\"tokens\": [-1]}",
          "{\"tokens\": [1.5]}",
          "{\"tokens\": [\"a\"]}",
          "{\"tokens\": [99999999999]}",
          "{\"messages\": []}",
          "{\"messages\": [5]}",
          "{\"messages\": [{\"role\": \"user\"}]}",
          "{\"messages\": [{\"role\": 5, \"content\": \"a\"}]}",
          "{\"messages\": [{\"role\": \"robot\", \"content\": \"a\"}]}",
          "{\"messages\": \"hello\"}",
          "[".repeat(2000),
          "{\"tokens\": [5, 288]}",
          "{\"prompt\": \"" + "too long ".repeat(100) + "\"}");

  @ParameterizedTest
  @FieldSource("LINES")
  void brokenRequest(String line) throws IOException {
    // Behind a good one: nothing may be answered before all are known to be right.
    String good = line.isEmpty() ? "" : "{\"prompt\": \"hello\"}\n";
    Path file = Files.writeString(folder.resolve("requests.jsonl"), good + line + "\n");

    CommandRun run =
        refused(
            null, "generate --max-tokens 2", "--requests", file.toString(), "--model", "" + model);

    assertThat(run.err()).contains(line.isEmpty() ? "requests.jsonl" : "line 2");
  }

  /** The rest of such a file is of use: token ids go in and out. */
  @Test
  void textForATokenizerThatIsNotSupported() {
    String file =
        writer()
            .replace("tokenizer.ggml.model", GgufKind.STRING, "other")
            .write(folder.resolve("tokenizer.gguf"))
            .toString();
    for (String command : List.of("generate --raw --prompt x", "tokenize --text x")) {
      CommandRun run = refused(1, command, "--model", file);
      assertThat(run.err()).contains("tokenizer.gguf", "\"other\" is not supported");
    }
    CommandRun ids = CommandRun.of("logits", "--tokens", "5,6", "--model", file);
    assertThat(ids.status()).as(ids.err()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"generate --prompt-file", "generate --requests", "tokenize --file"})
  void filesThatAreNotText(String command) throws IOException {
    Path bytes = Files.write(folder.resolve("bytes.txt"), new byte[] {'a', (byte) 0xff, 'b'});
    for (Path file : List.of(bytes, folder, folder.resolve("missing.txt"))) {
      refused(1, command, file.toString(), "--model", model.toString());
    }
  }

  /** {@code status} null for 1 or 2. */
  private static CommandRun refused(Integer status, String command, String... more) {
    CommandRun run =
        CommandRun.of(
            Stream.concat(Stream.of(command.split(" ")), Stream.of(more)).toArray(String[]::new));
    String what = command + " " + String.join(" ", more) + ": " + run;
    assertThat(run.err()).as(what).hasLineCount(1).endsWith("\n").hasSizeLessThan(700);
    assertThat(run.err()).as(what).doesNotContain("unexpected ", "Exception", "\tat ");
    assertThat(run.out()).as(what).isEmpty();
    if (status == null) {
      assertThat(run.status()).as(what).isIn(1, 2);
    } else {
      assertThat(run.status()).as(what).isEqualTo(status);
    }
    return run;
  }
}
