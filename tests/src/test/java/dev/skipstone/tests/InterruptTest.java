package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.model.testing.MicroModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C ends a long command in order: whole lines, no stack trace, the shell's exit status. */
final class InterruptTest {
  private static final int SIGINT = 2;
  private static final int LONGEST_SECONDS = 60;

  @TempDir Path folder;
  private Path out;
  private Path err;

  @BeforeEach
  void skipWhereThereIsNoSuchSignal() throws IOException {
    Path status = Path.of("/proc/self/status");
    assumeThat(status).exists();
    // A shell starts its background commands with this signal ignored, and so those they start.
    String ignored =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .map(line -> line.substring(line.indexOf('\t') + 1))
            .findFirst()
            .orElseThrow();
    assumeThat(Long.parseUnsignedLong(ignored, 16) & (1 << (SIGINT - 1))).isZero();
    out = folder.resolve("out");
    err = folder.resolve("err");
  }

  @Test
  void requests() throws Exception {
    String line = "{\"prompt\": \"hello\", \"max_tokens\": 100}";
    Path requests = Files.write(folder.resolve("requests"), Collections.nCopies(1500, line));

    Process process = start("generate", "--requests", requests.toString(), "--format", "json");
    interrupt(process, out, "\n");

    assertThat(process.exitValue()).isEqualTo(130);
    assertThat(err).content().doesNotContain("Exception", "\tat ").endsWith("\n");
    assertThat(out).content().endsWith("\n");
    List<String> answers = Files.readAllLines(out);
    assertThat(answers).hasSizeBetween(1, 1499);
    for (String answer : answers) {
      assertThat(new ObjectMapper().readTree(answer).get("finish_reason").asText())
          .isIn("stop", "length");
    }
  }

  @Test
  void benchmarks() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 1500; i++) {
      lines.add("{\"question_id\": %d, \"category\": \"a\", \"turns\": [\"hello\"]}".formatted(i));
    }
    Path questions = Files.write(folder.resolve("questions"), lines);

    Process process = start("bench", "decode", "--questions", questions.toString());
    // The second question or a later one: the first was answered with every draft method then.
    interrupt(process, err, ", a 1");

    assertThat(process.exitValue()).isEqualTo(130);
    assertThat(err).content().doesNotContain("Exception", "\tat ");
    assertThat(out).content().contains("decode/none/all", "decode/skip/all");
  }

  private Process start(String... command) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.add("--add-modules=jdk.incubator.vector");
    words.add("--enable-native-access=ALL-UNNAMED");
    // As if at a terminal: with a progress bar.
    words.add("-Dskipstone.terminals=ERR");
    words.add("-cp");
    words.add(System.getProperty("java.class.path"));
    words.add("dev.skipstone.cli.Skipstone");
    words.addAll(List.of(command));
    words.add("--threads");
    words.add("1");
    words.add("--model");
    words.add(MicroModel.defaults().write(folder.resolve("micro.gguf")).toString());
    return new ProcessBuilder(words)
        .redirectOutput(out.toFile())
        .redirectError(err.toFile())
        .start();
  }

  /** Interrupts a process once a file of its output holds a text, and waits for its end. */
  private static void interrupt(Process process, Path file, String text) throws Exception {
    try {
      while (process.isAlive() && !Files.readString(file).contains(text)) {
        Thread.sleep(20);
      }
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).as("has ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
  }
}
