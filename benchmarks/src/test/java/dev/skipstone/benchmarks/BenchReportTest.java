package dev.skipstone.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.runtime.Loading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchReportTest {
  @TempDir Path folder;

  @Test
  void writesWhatScriptsRelyOn() throws IOException {
    Path file = Files.writeString(folder.resolve("m.gguf"), "abc");
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("rounds", "9");
    settings.put("position", "64");
    OptionalDouble load = OptionalDouble.of(0.125);
    var report =
        new BenchReport(
            Environment.capture(ModelFile.of("tiny", file), 2, settings)
                .after(new Loading(100, 110, 0.5, List.of()), List.of("Q4_1: 5 rows as 5"), load),
            List.of(new BenchResult("pass/rows=5", "time", "s", List.of(0.3, 0.1, 0.2, 0.4))));

    JsonNode json = new ObjectMapper().readTree(report.toJson());

    assertThat(json.fieldNames()).toIterable().containsExactly("environment", "results");
    JsonNode row = json.get("results").get(0);
    assertThat(row.fieldNames())
        .toIterable()
        .containsExactly("name", "metric", "unit", "median", "min", "max", "runs");
    assertThat(row.get("median").doubleValue()).isEqualTo(0.25);
    assertThat(row.get("min").doubleValue()).isEqualTo(0.1);
    assertThat(row.get("max").doubleValue()).isEqualTo(0.4);
    assertThat(row.get("runs")).hasSize(4);
    JsonNode environment = json.get("environment");
    assertThat(environment.get("version").textValue()).matches("\\d+\\.\\d+\\..*");
    assertThat(environment.get("threads").intValue()).isEqualTo(2);
    assertThat(environment.get("cpu").textValue()).isNotBlank();
    assertThat(environment.get("vector_bits").intValue()).isPositive();
    assertThat(environment.get("model").get("bytes").longValue()).isEqualTo(3);
    // SHA-256 of "abc", from FIPS 180-2.
    assertThat(environment.get("model").get("sha256").textValue())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(environment.get("weights").get("file_bytes").longValue()).isEqualTo(100);
    assertThat(environment.get("weights").get("device_bytes").longValue()).isEqualTo(110);
    assertThat(environment.get("weights").get("load_seconds").doubleValue()).isEqualTo(0.5);
    assertThat(environment.get("choices").get(0).textValue()).isEqualTo("Q4_1: 5 rows as 5");
    assertThat(environment.get("other_load").doubleValue()).isEqualTo(0.125);
    assertThat(environment.get("settings").fieldNames())
        .toIterable()
        .containsExactly("rounds", "position");
  }

  @Test
  void flagsThatNamePlacesAreLeftOut() {
    assertThat(
            Environment.flags(
                List.of(
                    "-Xmx1g",
                    "-javaagent:/a/b.jar",
                    "-XX:AOTCache=/a/c",
                    "-Dkey=secret",
                    "--add-modules=jdk.incubator.vector")))
        .containsExactly("-Xmx1g", "--add-modules=jdk.incubator.vector");
  }

  @Test
  void processorIsNamedOrItsArchitecture() {
    assertThat(Hardware.cpuName(List.of("processor : 0", "model name\t: Fast  One"), "arm"))
        .isEqualTo("Fast One");
    assertThat(Hardware.cpuName(List.of("processor : 0", "model name\t:"), "arm")).isEqualTo("arm");
  }
}
