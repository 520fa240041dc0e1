package dev.skipstone.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How engines are found, driven and missed, with small stand-ins for them. */
final class EnginesTest {
  @TempDir Path folder;
  private PeerSetup setup;

  @BeforeEach
  void writeModel() throws IOException {
    setup = new PeerSetup(Files.writeString(folder.resolve("m.gguf"), "model"), 2, 64);
  }

  @Test
  void nodePackageIsDriven() throws Exception {
    assumeThat(Programs.find("node")).as("node is on the PATH").isPresent();
    Path entry = folder.resolve("node_modules/node-llama-cpp/dist/index.js");
    Files.createDirectories(entry.getParent());
    Files.writeString(
        folder.resolve("node_modules/node-llama-cpp/package.json"), "{\"type\": \"module\"}");
    Files.writeString(
        entry,
        """
        export const LlamaLogLevel = {error: "error"};
        export async function getLlama(options) {
          // Several threads that call llama.cpp would make it slow.
          if (process.env.UV_THREADPOOL_SIZE !== "1") throw new Error("not one caller");
          let next = options.maxThreads;
          const sequence = {
            async clearHistory() {},
            async *evaluate(prompt, options) {
              for (let i = 0; ; i++) yield prompt.length + i + next;
            }
          };
          const context = {getSequence: () => sequence};
          const model = {createContext: async () => context};
          return {llamaCppRelease: {release: "b1"}, loadModel: async () => model};
        }
        """);

    for (Path place : new Path[] {folder, folder.resolve("node_modules/node-llama-cpp")}) {
      try (Peer peer = LlamaCpp.start(place, setup)) {
        assertThat(peer.name()).isEqualTo("llama.cpp");
        assertThat(peer.version()).isEqualTo("llama.cpp b1, by node-llama-cpp");
        PeerAnswer answer = peer.answer(new int[] {1, 2, 3}, 4);
        assertThat(answer.tokens().orElseThrow()).containsExactly(5, 6, 7, 8);
        assertThat(answer.promptRate()).isPositive();
        assertThat(answer.decodeRate()).isPositive();
      }
    }
  }

  @Test
  void llamaBenchIsRunForEachAnswer() throws Exception {
    Path program =
        Files.writeString(
            folder.resolve("llama-bench"),
            """
            #!/bin/sh
            case "$*" in
              *"--threads 2 --n-prompt 3 --n-gen 0 "*) echo '[{"n_prompt": 3, "avg_ts": 30.5}]' ;;
              *"--threads 2 --n-prompt 0 --n-gen 8 "*) echo '[{"n_gen": 8, "avg_ts": 12.25}]' ;;
              *) echo "wrong: $*" >&2; exit 1 ;;
            esac
            """);
    assertThat(program.toFile().setExecutable(true)).isTrue();

    for (Path place : new Path[] {program, folder}) {
      try (Peer peer = LlamaCpp.start(place, setup)) {
        assertThat(peer.version()).contains("not checked");
        assertThat(peer.answer(new int[] {1, 2, 3}, 1).promptRate()).isEqualTo(30.5);
        assertThat(peer.answer(new int[] {1, 2, 3}, 8).decodeRate()).isEqualTo(12.25);
        assertThatThrownBy(() -> peer.answer(new int[] {1}, 1))
            .isInstanceOf(PeerException.class)
            .hasMessageContaining("ended with status 1: wrong: --model");
      }
    }
  }

  @Test
  void whatLlamaBenchMayPrint() throws PeerException {
    assertThat(LlamaBench.rate("[{\"avg_ts\": 3}]")).isEqualTo(3);
    for (String output : new String[] {"", "[]", "{}", "[{\"avg_ts\": 0}]", "error: x", "[{"}) {
      assertThatThrownBy(() -> LlamaBench.rate(output))
          .isInstanceOf(PeerException.class)
          .hasMessageStartingWith("llama-bench printed ");
    }
  }

  @Test
  void llama3JavaIsCompiledWithItsDriver() throws Exception {
    Path source = folder.resolve("Llama3.java");
    try (var stand = getClass().getResourceAsStream("Llama3.java.txt")) {
      Files.copy(stand, source);
    }
    try (Peer peer = Llama3Java.start(source, setup)) {
      assertThat(peer.name()).isEqualTo("llama3.java");
      PeerAnswer answer = peer.answer(new int[] {5, 6, 7}, 4);
      // The stand-in counts on from the prompt's last token.
      assertThat(answer.tokens().orElseThrow()).containsExactly(8, 9, 10, 11);
      assertThat(answer.decodeRate()).isPositive();
      assertThat(peer.answer(new int[] {5}, 1).tokens().orElseThrow()).containsExactly(6);
    }
  }

  @Test
  void whatIsMissingIsToldWithWhatToDo() throws IOException {
    Path other = Files.writeString(folder.resolve("Other.java"), "class Other {}");

    assertThatThrownBy(() -> LlamaCpp.start(folder, setup))
        .isInstanceOf(PeerException.class)
        .hasMessageContaining("has neither node_modules/node-llama-cpp nor llama-bench");
    assertThatThrownBy(() -> Llama3Java.start(null, setup))
        .isInstanceOf(PeerException.class)
        .hasMessageContaining("give --llama3-java");
    assertThatThrownBy(() -> Llama3Java.start(folder.resolve("none.jar"), setup))
        .isInstanceOf(PeerException.class)
        .hasMessageEndingWith("none.jar: no such file");
    assertThatThrownBy(() -> Llama3Java.start(other, setup))
        .isInstanceOf(PeerException.class)
        .hasMessageContaining("not the one that its driver is made for");
    assertThat(Jlama.problem(setup)).contains("safetensors", "m.gguf");
  }
}
