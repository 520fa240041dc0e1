package dev.skipstone.model.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls from a server of the test's own, which misbehaves. */
final class HubTest {
  private static final PullListener SILENT = (file, done, total) -> {};
  private static final String GGUF = "model-Q4_K_M.gguf";

  @TempDir Path folder;
  private final byte[] large = new byte[300_000];
  private TestHub server;
  private HubCache cache;

  @BeforeEach
  void start() {
    new Random(1).nextBytes(large);
    server = new TestHub().with(GGUF, large).with("README.md", utf8("# model"));
    cache = new HubCache(folder);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aPulledFileIsWhereTheHubsOwnLibraryHasIt() throws Exception {
    List<Long> told = new ArrayList<>();

    Path file =
        pull(
            "owner/name",
            (name, done, total) -> {
              assertThat(name).isEqualTo(GGUF);
              assertThat(total).isEqualTo(large.length);
              told.add(done);
            });

    Path repository = folder.resolve("models--owner--name");
    assertThat(file).isEqualTo(repository.resolve("snapshots/" + TestHub.COMMIT + "/" + GGUF));
    assertThat(file).isSymbolicLink().hasBinaryContent(large);
    assertThat(file.toRealPath())
        .isEqualTo(repository.resolve("blobs/" + TestHub.hex("SHA-256", large)).toRealPath());
    assertThat(repository.resolve("refs/main")).hasContent(TestHub.COMMIT);
    assertThat(told).isSorted().endsWith((long) large.length);
    assertThat(cache.find(reference("owner/name"))).contains(file);
  }

  @Test
  void whatIsThereIsNotFetchedAgain() throws Exception {
    pull("owner/name:Q4_K_M", SILENT);
    long before = contents();

    pull("owner/name:" + GGUF, SILENT);

    assertThat(contents()).isEqualTo(before).isEqualTo(1);
  }

  @Test
  void aFolderHasTheModelsFilesAndNoOthers() throws Exception {
    server
        .with("config.json", utf8("{}"))
        .with("tokenizer.json", utf8("{\"a\": 1}"))
        .with("model-00001-of-00002.safetensors", large)
        .with("model-00002-of-00002.safetensors", Arrays.copyOf(large, 2000))
        .with("model.safetensors.index.json", utf8("{\"b\": 2}"))
        .with("onnx/model.onnx", large)
        .with("pytorch_model.bin", large);

    Path snapshot = pull("owner/name", SILENT);

    try (var files = Files.list(snapshot)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "config.json",
              "tokenizer.json",
              "model-00001-of-00002.safetensors",
              "model-00002-of-00002.safetensors",
              "model.safetensors.index.json");
    }
    assertThat(snapshot.resolve("model-00001-of-00002.safetensors")).hasBinaryContent(large);
    assertThat(cache.find(reference("owner/name"))).contains(snapshot);
  }

  @Test
  void aConnectionThatIsCutGoesOnFromThere() throws Exception {
    server.passing().failing(TestHub.cut(100_000)).failing(TestHub.cut(1));
    server.failing(TestHub.status(503));

    assertThat(pull("owner/name", SILENT)).hasBinaryContent(large);

    assertThat(server.requests()).anyMatch(line -> line.matches("content GET .* bytes=\\d+-"));
  }

  @Test
  void anotherProcessGoesOnToo() throws Exception {
    Path partial = partial(Arrays.copyOf(large, 123_456));

    assertThat(pull("owner/name", SILENT)).hasBinaryContent(large);

    assertThat(server.requests()).contains("content GET /" + GGUF + " bytes=123456-");
    assertThat(partial).doesNotExist();
  }

  @Test
  void aServerThatBeginsAnewIsUnderstood() throws Exception {
    partial(new byte[1000]);
    server.passing().failing(TestHub.whole(large));

    assertThat(pull("owner/name", SILENT)).hasBinaryContent(large);
  }

  @Test
  void aRestThatDoesNotFitIsThrownAway() throws Exception {
    partial(new byte[1000]);
    assertThat(pull("owner/name", SILENT)).as("wrong bytes before").hasBinaryContent(large);
  }

  @Test
  void aRestThatIsLongerThanTheFileIsThrownAway() throws Exception {
    partial(new byte[large.length + 1]);
    assertThat(pull("owner/name", SILENT)).hasBinaryContent(large);
  }

  @Test
  void rangesThatTheServerDoesNotHaveAreAskedForOnce() throws Exception {
    partial(Arrays.copyOf(large, 10));
    server.passing().failing(TestHub.status(416));
    assertThat(pull("owner/name", SILENT)).hasBinaryContent(large);
  }

  @Test
  void moreThanTheHubSaidIsTriedAgain() throws Exception {
    server.passing().failing(TestHub.whole(Arrays.copyOf(large, large.length + 5)));
    assertThat(pull("owner/name", SILENT)).hasBinaryContent(large);
  }

  @Test
  void aWrongChecksumIsNeverTakenForTheFile() {
    server.withChecksum(GGUF, TestHub.hex("SHA-256", new byte[1]));

    refused("owner/name", "checksum", "tried 3 times");

    assertThat(folder.resolve("models--owner--name/snapshots")).doesNotExist();
    assertThat(folder.resolve("models--owner--name/refs")).doesNotExist();
    assertThat(contents()).isEqualTo(3);
  }

  @Test
  void aSmallFileHasGitsChecksum() throws Exception {
    assertThat(pull("owner/name:README.md", SILENT)).hasContent("# model");
    server.close();
    server = new TestHub().with("a", utf8("one")).withChecksum("a", "0".repeat(40));
    refused("owner/name:a", "checksum");
  }

  @Test
  void noChecksumIsRefused() {
    server.withChecksum(GGUF, "../../x");
    refused("owner/name", "no checksum");
  }

  @Test
  void theTokenGoesToTheHubOnly() throws Exception {
    hub("secret").pull(reference("owner/name"), SILENT);

    assertThat(server.requests())
        .filteredOn(line -> line.startsWith("hub"))
        .hasSize(2)
        .allMatch(line -> line.endsWith("Bearer secret"));
    assertThat(server.requests())
        .filteredOn(line -> line.startsWith("content"))
        .hasSize(1)
        .noneMatch(line -> line.contains("secret"));
  }

  @Test
  void whatIsRefusedIsToldWithWhatToDo() {
    server.failing(TestHub.status(401));
    refused("owner/name", "HF_TOKEN", "401");
    refused("owner/other", "no such repository");
    refused("owner/name:missing", "no such file", GGUF);
    server.failing(TestHub.status(418));
    refused("owner/name", "418");
    server.failing(TestHub.status(429, "Retry-After", "4000"));
    refused("owner/name", "too many requests", "4000 s");
    server.failing(TestHub.whole(utf8("no JSON")));
    refused("owner/name", "not JSON");
    server.failing(TestHub.whole(utf8("{\"sha\": \"../..\"}")));
    refused("owner/name", "no commit");
  }

  @Test
  void tooManyRequestsAreTriedAgainLater() throws Exception {
    server.failing(TestHub.status(429, "Retry-After", "0")).failing(TestHub.status(500));
    assertThat(pull("owner/name", SILENT)).hasBinaryContent(large);
  }

  @Test
  void anEndlessRedirectEnds() {
    server.passing();
    for (int i = 0; i < 30; i++) {
      server.failing(TestHub.status(302, "Location", "/" + GGUF));
    }
    refused("owner/name", "without end");
  }

  @Test
  void namesThatLeadOutOfTheFolderAreNotThere() throws Exception {
    server.with("../../evil.gguf", large);
    assertThat(pull("owner/name", SILENT).getFileName()).hasToString(GGUF);
    assertThat(cache.find(reference("owner/name:evil"))).isEmpty();
  }

  @Test
  void anInterruptedPullGoesOnNextTime() throws Exception {
    PullListener impatient = (file, done, total) -> Thread.currentThread().interrupt();
    assertThatThrownBy(() -> pull("owner/name", impatient))
        .isInstanceOf(InterruptedException.class);

    assertThat(pull("owner/name", SILENT)).hasBinaryContent(large);

    assertThat(server.requests()).anyMatch(line -> line.contains("bytes="));
  }

  @Test
  void offlineNothingIsAskedFor() {
    Hub hub =
        Hub.usual(
            Map.of("HF_HUB_OFFLINE", "1", "HF_ENDPOINT", server.address().toString()), folder);
    assertThat(hub.isOffline()).isTrue();
    assertThatThrownBy(() -> hub.pull(reference("owner/name"), SILENT))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("HF_HUB_OFFLINE");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void whatWasNeverPulledIsNotFound() throws IOException {
    assertThat(cache.find(reference("owner/name"))).isEmpty();
    assertThat(cache.find(reference("owner/name").withRevision(TestHub.COMMIT))).isEmpty();
  }

  @Test
  void contentWithoutItsFileIsNotFound() throws Exception {
    Path file = pull("owner/name", SILENT);
    Files.delete(file.toRealPath());
    assertThat(cache.find(reference("owner/name"))).isEmpty();
    assertThat(pull("owner/name", SILENT)).hasBinaryContent(large);
  }

  private Path partial(byte[] bytes) throws IOException {
    Path partial =
        folder.resolve(
            "models--owner--name/blobs/" + TestHub.hex("SHA-256", large) + ".incomplete");
    Files.createDirectories(partial.getParent());
    return Files.write(partial, bytes);
  }

  /** Requests for content. */
  private long contents() {
    return server.requests().stream().filter(line -> line.startsWith("content GET")).count();
  }

  private void refused(String reference, String... parts) {
    assertThatThrownBy(() -> pull(reference, SILENT))
        .isInstanceOf(HubException.class)
        .hasMessageContainingAll(parts);
  }

  private Path pull(String reference, PullListener listener)
      throws IOException, InterruptedException {
    return hub("").pull(reference(reference), listener);
  }

  private Hub hub(String token) {
    return new Hub(server.address(), token, cache, false, new Retries(3, Duration.ofMillis(1)));
  }

  private static HubReference reference(String text) {
    return HubReference.parse(text).orElseThrow();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
