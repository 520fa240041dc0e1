package dev.skipstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.draft.DraftContext;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.draft.Drafter;
import dev.skipstone.runtime.pass.KvCache;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.runtime.testing.FixedLogits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of the masks' guesses become drafts, with a model whose next token is a step ahead. */
class RidingDrafterTest {
  private static final int VOCABULARY = 288;
  private static final int FIRST = 10;
  private static final int STEP = 37;
  private static final int TOKENS = 60;

  @TempDir Path folder;

  /** The masks behind the last row that stands have guessed what follows. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void draftsAreWhatTheRightMasksGuessed(int right) {
    SteppingRunner runner = new SteppingRunner(right);
    Generation generation = generate(runner, DraftMethod.uncontrolled(new Riding()), TOKENS);
    int[] tokens = generation.tokens();
    for (int i = 1; i < tokens.length; i++) {
      assertThat(tokens[i]).isEqualTo(next(tokens[i - 1]));
    }
    // The first pass behind the prompt's has no draft yet, and the last one no room for two.
    int whole = generation.stats().draftedIterations() - 1;
    assertThat(generation.stats().accepted()).isBetween(right * whole, right * (whole + 1));
    assertThat(whole).isGreaterThan(TOKENS / 4);
  }

  @Test
  void nothingRidesAtFirstWhereTheControllerChooses() {
    SteppingRunner runner = new SteppingRunner(2);
    generate(runner, new Riding(), 200);
    assertThat(runner.ridden.getFirst()).isZero();
    assertThat(runner.ridden).contains(1, 2);
  }

  private Generation generate(SteppingRunner runner, DraftMethod method, int most) {
    Path file = MicroModel.defaults().write(folder.resolve("micro.gguf"));
    try (Engine engine = Engine.load(file, EngineOptions.defaults().withThreads(1));
        Session session = new Session(engine, runner)) {
      Generation generation =
          session.generate(
              new int[] {FIRST, FIRST + 1},
              GenerationOptions.defaults().withMaxTokens(most).withDraft(method));
      generation.complete();
      return generation;
    }
  }

  private static int next(int token) {
    return FIRST + (token - FIRST + STEP) % (256 - FIRST);
  }

  /** Drafts by two masks behind each row. */
  private record Riding() implements DraftMethod {
    @Override
    public String name() {
      return "riding";
    }

    @Override
    public int draftTokens() {
      return 2;
    }

    @Override
    public int ridingMasks(PassRunner runner) {
      return 2;
    }

    @Override
    public Drafter open(DraftContext context) {
      throw new UnsupportedOperationException("masks ride");
    }
  }

  /** A model whose masks guess right up to some place, and wrong from there on. */
  private static final class SteppingRunner implements PassRunner {
    private final int right;
    private final List<Integer> ridden = new ArrayList<>();
    private int length;

    SteppingRunner(int right) {
      this.right = right;
    }

    @Override
    public int maxRows() {
      return 64;
    }

    @Override
    public int maxLogitRows() {
      return 16;
    }

    @Override
    public KvCache cache() {
      return new KvCache() {
        @Override
        public int length() {
          return length;
        }

        @Override
        public int capacity() {
          return 500;
        }

        @Override
        public void truncate(int newLength) {
          length = newLength;
        }
      };
    }

    @Override
    public Logits run(Pass pass) {
      length = pass.start() + pass.rows();
      List<float[]> rows = new ArrayList<>();
      for (int row : pass.logitRows()) {
        rows.add(logits(next(pass.tokens()[row])));
      }
      for (int row = 0; row < pass.riding().length; row++) {
        int guess = next(pass.tokens()[row]);
        for (int mask = 0; mask < pass.riding()[row]; mask++) {
          guess = next(guess);
          rows.add(logits(mask < right ? guess : FIRST - 1));
        }
      }
      if (pass.start() > 0) {
        ridden.add(pass.riding().length == 0 ? 0 : pass.riding()[0]);
      }
      return new FixedLogits(rows.toArray(float[][]::new));
    }

    private static float[] logits(int token) {
      float[] logits = new float[VOCABULARY];
      logits[token] = 9;
      return logits;
    }

    @Override
    public void close() {}
  }
}
