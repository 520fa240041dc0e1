package dev.skipstone.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChildPeerTest {
  private final DriverFolder folder = open();

  private static DriverFolder open() {
    try {
      return DriverFolder.of("llama-cpp.mjs");
    } catch (PeerException e) {
      throw new AssertionError(e);
    }
  }

  private ChildPeer start(String script) throws Exception {
    return ChildPeer.start("fake", List.of("sh", "-c", script), Map.of("GREETING", "hi"), folder);
  }

  @Test
  void answersLineByLineAmongOtherOutput() throws Exception {
    try (ChildPeer peer =
        start(
            "echo loading; echo ready fake $GREETING;"
                + " while read count tokens; do echo a log; echo \"answer 0.5 2 $count $tokens\";"
                + " done")) {
      assertThat(peer.version()).isEqualTo("fake hi");
      PeerAnswer first = peer.answer(new int[] {5, 6, 7}, 4);
      assertThat(first.tokens().orElseThrow()).containsExactly(4, 5, 6, 7);
      assertThat(first.promptRate()).isCloseTo(6, within(1e-9));
      assertThat(first.decodeRate()).isCloseTo(1.5, within(1e-9));
      assertThat(peer.answer(new int[] {9}, 1).tokens().orElseThrow()).containsExactly(1, 9);
    }
    assertThat(folder.path()).doesNotExist();
  }

  @Test
  void anEndBeforeItIsReadyIsToldWithWhatItSaid() {
    assertThatThrownBy(() -> start("echo 'Error: no such model' >&2; echo bye >&2; exit 3"))
        .isInstanceOf(PeerException.class)
        .hasMessage("it ended with status 3: Error: no such model");
    assertThat(folder.path()).doesNotExist();
  }

  @Test
  void anEndBetweenAnswersIsTold() throws Exception {
    try (ChildPeer peer = start("echo ready fake; read line; exit 1")) {
      assertThatThrownBy(() -> peer.answer(new int[] {1}, 1))
          .isInstanceOf(PeerException.class)
          .hasMessage("it ended with status 1: it said nothing");
    }
  }

  @Test
  void anEndByCtrlCIsAnInterruption() throws Exception {
    try (ChildPeer peer = start("echo ready fake; read line; exit 130")) {
      assertThatThrownBy(() -> peer.answer(new int[] {1}, 1))
          .isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void aProgramThatIsNotThereIsTold() {
    assertThatThrownBy(() -> ChildPeer.start("fake", List.of("no-such-program"), Map.of(), folder))
        .isInstanceOf(PeerException.class)
        .hasMessageStartingWith("no-such-program can't be started: ");
    assertThat(folder.path()).doesNotExist();
  }

  @Test
  void closingEndsTheProcessAndRemovesItsFolder() throws Exception {
    ChildPeer peer = start("echo $$ >pid; echo ready fake; sleep 1000");
    long pid = Long.parseLong(Files.readString(folder.file("pid")).strip());
    peer.close();
    peer.close();
    assertThat(ProcessHandle.of(pid)).isEmpty();
    assertThat(folder.path()).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "x 1 2", "1 2 3.5", "1 2 3 four", "-"})
  void repliesThatCantBeReadAreErrors(String reply) {
    assertThatThrownBy(() -> ChildPeer.parse(1, reply))
        .isInstanceOf(PeerException.class)
        .hasMessageContaining("it replied what can't be read");
  }
}
