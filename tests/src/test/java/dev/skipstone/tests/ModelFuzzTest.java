package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.Generation;
import dev.skipstone.runtime.GenerationOptions;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.pass.InsufficientMemoryException;
import dev.skipstone.runtime.sampling.Sampling;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a broken file to an answer or one line: files with a few bytes changed, or cut, are loaded
 * and asked a question. What a file says must not crash, hang or fill the memory.
 */
final class ModelFuzzTest {
  private static final int MUTATIONS = 400;

  /** Of a hang, not of slowness: a case takes some milliseconds. */
  private static final Duration HANG = Duration.ofSeconds(60);

  private static final long MOST_BYTES = 256L << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path folder;

  private int answered;
  private int refused;

  @Test
  void brokenFilesAreAnsweredOrRefused() throws IOException {
    byte[] sound = sound();
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = mutate(sound, new Random(i));
      Path file = Files.write(folder.resolve("mutation-" + i + ".gguf"), bytes);
      int seed = i;
      assertTimeoutPreemptively(HANG, () -> loadAndAsk(file, seed), () -> "mutation " + seed);
      Files.delete(file);
    }
    // A fuzz test that only ever meets one of the two looks at half of the program.
    assertThat(answered).isGreaterThan(MUTATIONS / 20);
    assertThat(refused).isGreaterThan(MUTATIONS / 20);
  }

  @Test
  void theFileThatIsMutatedIsSound() throws IOException {
    loadAndAsk(Files.write(folder.resolve("sound.gguf"), sound()), 0);

    assertThat(answered).isEqualTo(1);
  }

  private static byte[] sound() {
    return MicroModel.defaults()
        .withLayers(2)
        .withSizes(32, 64)
        .withHeads(2, 1, 16)
        .writer()
        .toBytes();
  }

  /** Mostly in the header, where a byte means most: the data behind it is far larger. */
  private static byte[] mutate(byte[] sound, Random random) {
    byte[] bytes = sound.clone();
    int header = headerLength(sound);
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      int place = random.nextInt(random.nextInt(4) > 0 ? header : bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[place] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[place] = (byte) random.nextInt(256);
        case 2 -> bytes[place] = (byte) (random.nextBoolean() ? 0xff : 0);
        default ->
            Arrays.fill(bytes, place, Math.min(bytes.length, place + 4), (byte) random.nextInt());
      }
    }
    return random.nextInt(20) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
  }

  /** The last tensor's name ends some bytes before the data begins. */
  private static int headerLength(byte[] bytes) {
    byte[] name = "output_norm.weight".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    int place = bytes.length - name.length;
    while (!Arrays.equals(bytes, place, place + name.length, name, 0, name.length)) {
      place--;
    }
    return place + name.length + 24;
  }

  private void loadAndAsk(Path file, int seed) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    EngineOptions options = EngineOptions.defaults().withThreads(1 + seed % 2);
    try (Engine engine = Engine.load(file, options);
        Session session = engine.openSession()) {
      assertThat(engine.memory().total()).as("planned, mutation %d", seed).isLessThan(MOST_BYTES);
      ask(session, GenerationOptions.defaults().withMaxTokens(6));
      session.reset();
      ask(
          session,
          GenerationOptions.defaults().withMaxTokens(6).withSampling(Sampling.at(0.8f, seed)));
      answered++;
    } catch (ModelFileException | IllegalArgumentException | InsufficientMemoryException e) {
      refused++;
      assertThat(e.getMessage()).as("mutation %d", seed).isNotBlank().doesNotContain("\n");
    }
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
        .as("allocated, mutation %d", seed)
        .isLessThan(MOST_BYTES);
  }

  private static void ask(Session session, GenerationOptions options) {
    try (Generation answer = session.ask("hello", options)) {
      answer.complete();
      assertThat(answer.tokens()).isNotEmpty();
    }
  }
}
