package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.chat.ChatMessage;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.Generation;
import dev.skipstone.runtime.GenerationOptions;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.tornado.TornadoBackend;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The default model through the TornadoVM backend, a plain JVM standing in for the device. */
final class TornadoDefaultModelTest {
  private static final int TOKENS = 8;
  private static final List<ChatMessage> QUESTION =
      List.of(new ChatMessage("user", "What is the capital of France?"));

  @BeforeEach
  void allowTheHost() {
    System.setProperty(TornadoBackend.HOST_PROPERTY, "true");
  }

  @AfterEach
  void forbidTheHost() {
    System.clearProperty(TornadoBackend.HOST_PROPERTY);
  }

  @Test
  void decodesTheCpuBackendsTokens() {
    EngineOptions options = EngineOptions.defaults().withThreads(2).withContext(128);
    int[] expected = decode(options);
    assertThat(expected).hasSize(TOKENS);
    assertThat(decode(options.withBackend("tornado", 0))).isEqualTo(expected);
  }

  private static int[] decode(EngineOptions options) {
    try (Engine engine = Engine.load(DefaultModel.file(), options);
        Session session = engine.openSession()) {
      Generation answer =
          session.generate(
              engine.encodeChat(QUESTION),
              GenerationOptions.defaults().withMaxTokens(TOKENS).withDraft(DraftMethod.none()));
      answer.complete();
      return answer.tokens();
    }
  }
}
