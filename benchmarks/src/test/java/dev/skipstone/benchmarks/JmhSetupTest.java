package dev.skipstone.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** That JMH's annotation processor ran beside error_prone's: without its list nothing is found. */
final class JmhSetupTest {
  @Test
  void benchmarksAreListed() throws IOException {
    try (InputStream list = getClass().getResourceAsStream("/META-INF/BenchmarkList")) {
      assertThat(list).isNotNull();
      assertThat(new String(list.readAllBytes(), StandardCharsets.UTF_8))
          .contains("TokenizerBenchmark_encode", "TokenizerBenchmark_decode");
    }
  }
}
