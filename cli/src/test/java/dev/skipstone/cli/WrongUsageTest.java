package dev.skipstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each wrong option is one line that names it, before any model is looked at. */
final class WrongUsageTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --temperature NaN      | --temperature is NaN, not between 0 and 100
          --temperature -1       | --temperature is -1, not between 0 and 100
          --temperature Infinity | --temperature is Infinity
          --temperature warm     | --temperature
          --top-k -1             | --top-k is -1, not 0 or more
          --top-p 0              | --top-p is 0
          --top-p 1.5            | --top-p is 1.5, not between 0 and 1
          --top-p NaN            | --top-p is NaN
          --min-p -0.1           | --min-p is -0.1
          --min-p NaN            | --min-p is NaN
          --seed one             | --seed
          --max-tokens 0         | --max-tokens is 0, not 1 or more
          --max-tokens 9999999999| --max-tokens
          --stop ''              | --stop is empty
          --threads 0            | --threads is 0, not between 1 and 1024
          --context 0            | --context is 0, not 1 or more
          --context -5           | --context is -5
          --backend CPU!         | --backend takes NAME or NAME:INDEX
          --backend cpu:x        | --backend takes NAME or NAME:INDEX
          --draft s2d            | --draft s2d is not in this version
          --draft auto           | --draft auto is not in this version
          --draft best           | --draft best: no such method
          --draft-tokens 0       | --draft-tokens is 0, not between 1 and
          --draft-tokens 99      | --draft-tokens is 99
          --draft none --draft-tokens 3      | --draft-tokens goes with
          --draft ngram --skip-mlp 3         | --skip-attention and --skip-mlp go with
          --skip-attention 3,,4  | --skip-attention takes numbers and ranges
          --skip-attention 9-5   | the range 9-5 runs backwards
          --skip-mlp -1          | --skip-mlp
          --adapter a.st         | --adapter goes with --draft s3d, not skip
          --draft-model m.gguf   | --draft-model goes with --draft model, not --draft skip
          --draft model          | --draft model needs a draft model
          --format xml           | --format is text or json
          --format json --show-draft         | --show-draft goes with --format text
          --tokens 1             | one of --prompt, --prompt-file, --tokens and --requests
          --promt x              | did you mean --prompt
          --seed 1 --seed 2      | --seed
          """)
  void generateRefuses(String options, String line) {
    String[] words = ("generate --prompt x " + options).split(" ");
    for (int i = 0; i < words.length; i++) {
      words[i] = words[i].equals("''") ? "" : words[i];
    }

    CommandRun run = CommandRun.of(words);

    assertThat(run.err()).contains(line).hasLineCount(1).contains("generate --help");
    assertThat(run.out()).isEmpty();
    assertThat(run.status()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing",
        "generate",
        "generate --tokens 1,x",
        "generate --tokens 1,,2",
        "generate --tokens 99999999999",
        "chat --temperature NaN",
        "chat --draft model",
        "logits",
        "logits --tokens 1,2 --rows 2",
        "logits --tokens 1,2 --rows -1",
        "logits --tokens 1 --skip-mlp a",
        "tokenize",
        "tokenize --text a --file b",
        "detokenize",
        "detokenize --tokens 1.5",
        "inspect --tensor t",
        "inspect --raw out",
        "inspect --context NaN",
        "devices --format yaml",
        "bench",
        "bench peers --rows 1",
        "bench peers --peers vllm",
        "bench peers --peers none,llama.cpp",
        "bench peers --turns 0",
        "bench start --turns 0",
        "bench peers --warm-ups -1",
        "bench peers --generate 1",
        "bench peers --prompt-tokens 0",
        "bench context --lengths 1,,2",
        "bench context --lengths -1",
        "bench context --runs 0",
        "bench roofline --rows 0",
        "bench roofline --position -1",
        "bench roofline --types F16",
        "bench roofline --kernels --types F16,Q9",
        "convert",
        "convert --quantize q9 out.gguf",
        "convert --format xml out.gguf",
        "generate --prompt x --quantize Q4_K",
        "bench peers --quantize q8_0",
        "bench pass --format xml",
        "bench pass --tolerance 5",
        "bench pass --check-against old.json --tolerance -1",
        "bench pass --rows 0",
        "bench pass --rows 1,x",
        "bench pass --position -1",
        "bench pass --runs 0",
        "bench pass --warm-ups -1",
        "bench decode --drafts none,best",
        "bench decode --drafts s3d",
        "bench decode --drafts none,model",
        "bench decode --draft-model m.gguf",
        "bench decode --limit 0",
        "bench decode --max-tokens 0",
        "bench decode --runs 0",
        "bench decode --draft-tokens 99",
        "bench decode --skip-mlp a"
      })
  void otherCommandsRefuse(String words) {
    CommandRun run = CommandRun.of(words.split(" "));

    assertThat(run.err()).hasLineCount(1).contains("--help");
    assertThat(run.out()).isEmpty();
    assertThat(run.status()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "inspect --model",
        "tokenize --text a --model",
        "generate --prompt-file",
        "generate --requests",
        "tokenize --file",
        "detokenize --requests",
        "bench decode --questions",
        "convert --quantize f16 OUT --model"
      })
  void missingFilesAndFoldersFailInOneLine(String words) {
    for (Path path : new Path[] {folder.resolve("missing"), folder}) {
      CommandRun run = CommandRun.of((words + " " + path).split(" "));

      assertThat(run.err()).hasLineCount(1).contains(path.toString());
      assertThat(run.status()).isEqualTo(1);
    }
  }

  @Test
  void theStackTraceComesOnlyWhenAskedFor() throws Exception {
    Path file = Files.writeString(folder.resolve("broken.gguf"), "GGU");

    assertThat(CommandRun.of("inspect", "--model", file.toString()).err()).hasLineCount(1);
    assertThat(CommandRun.of("inspect", "--model", file.toString(), "--verbose").err())
        .contains("\tat dev.skipstone");
  }

  @Test
  void withoutArgumentsThereIsHelp() {
    CommandRun run = CommandRun.of();

    assertThat(run.out()).contains("generate", "chat", "logits", "tokenize", "inspect", "devices");
    assertThat(run.status()).isZero();
    assertThat(CommandRun.of("--version").out()).startsWith("skipstone ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "generate",
        "chat",
        "logits",
        "tokenize",
        "detokenize",
        "inspect",
        "devices",
        "bench",
        "bench pass",
        "bench context",
        "bench roofline",
        "bench decode",
        "bench peers",
        "bench start",
        "convert"
      })
  void everyCommandHasHelpWithAnExample(String command) {
    CommandRun run = CommandRun.of((command + " --help").split(" "));

    assertThat(run.out()).contains("skipstone " + command, "Example", "--verbose");
    assertThat(run.status()).isZero();
  }
}
