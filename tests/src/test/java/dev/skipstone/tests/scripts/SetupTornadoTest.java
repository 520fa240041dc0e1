package dev.skipstone.tests.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.tests.scripts.Checkout.ScriptRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Installing TornadoVM's SDK, with a stand-in for it. */
@EnabledOnOs({OS.LINUX, OS.MAC})
final class SetupTornadoTest {
  private static final String SCRIPT = "setup-tornado.sh";
  private static final String WRONG_SUM = "0".repeat(64);

  @TempDir Path folder;

  private Checkout checkout;
  private ArchiveServer server;

  @BeforeEach
  void start() throws IOException {
    checkout = Checkout.in(folder);
    server = new ArchiveServer();
    checkout.with("SKIPSTONE_TORNADO_URL", server.url());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void installsWhatTheServerHas() throws Exception {
    checkout.withJava();
    serve(StandInSdk.sdk());

    ScriptRun run = install();

    Path sdk = checkout.tornado().resolve("5.2.0-opencl");
    assertThat(run.out())
        .contains("TornadoVM 5.2.0 (opencl) is installed in " + sdk)
        .contains("OPENCL 0:0  A processor, 1.5 GiB");
    assertThat(checkout.tornado().resolve("current").toRealPath()).isEqualTo(sdk.toRealPath());
    assertThat(sdk.resolve("bin/tornado")).isExecutable();
    assertThat(checkout.tornado()).isDirectoryNotContaining("glob:**.new.*");
  }

  @Test
  void aSecondRunSaysSoAndAsksForNothing() throws Exception {
    serve(StandInSdk.sdk());
    install();
    int asked = server.asked().size();

    ScriptRun again = install();

    assertThat(again.out()).contains("is already installed in");
    assertThat(server.asked()).hasSize(asked);
  }

  @Test
  void backendsLieBesideEachOtherAndTheLastIsUsed() throws Exception {
    checkout.withJava();
    serve(StandInSdk.sdk());
    serve(StandInSdk.sdk().withBackend("ptx").withDevices("A card\n"));

    install();
    ScriptRun ptx = install("--backend", "ptx");

    assertThat(ptx.out()).contains("PTX 0:0  A card, 1.5 GiB\n");
    assertThat(checkout.tornado().resolve("5.2.0-opencl")).isDirectory();
    assertThat(checkout.tornado().resolve("current")).isSymbolicLink();
    assertThat(Files.readSymbolicLink(checkout.tornado().resolve("current")))
        .hasToString("5.2.0-ptx");
  }

  @Test
  void theChecksumMayBeNotedInTheProject() throws Exception {
    StandInSdk sdk = StandInSdk.sdk();
    server.addWithSum(sdk.archiveName(), sdk.archive(), WRONG_SUM);
    note(sdk.archiveName(), StandInSdk.sha256(sdk.archive()));

    install();

    assertThat(server.asked()).containsExactly("/" + sdk.archiveName());
  }

  @Test
  void theChecksumMayComeFromTheListingOfTheRelease() throws Exception {
    StandInSdk sdk = StandInSdk.sdk();
    Path archive = save(sdk.archiveName(), sdk.archive());
    Path listing = folder.resolve("listing.json");
    Files.writeString(
        listing,
        """
        {"name":"TornadoVM 5.2.0","assets":[
        {"name":"tornadovm-5.2.0-jdk25-cuda-linux-amd64.zip","size":1,"digest":"sha256:%s"},
        {"name": "%s","uploader":{"login":"x"},"digest": "sha256:%s","download_count":1}]}
        """
            .formatted(WRONG_SUM, sdk.archiveName(), StandInSdk.sha256(sdk.archive())));
    checkout.with("SKIPSTONE_TORNADO_URL", "");
    checkout.command(
        "curl",
        """
        while [ "$1" != -o ]; do shift; done
        case $3 in
          https://github.com/beehive-lab/TornadoVM/releases/download/v5.2.0-jdk25/%s) cp '%s' "$2" ;;
          https://api.github.com/*/v5.2.0-jdk25) cp '%s' "$2" ;;
          *) echo 'curl: (22) 404' >&2; exit 22 ;;
        esac\
        """
            .formatted(sdk.archiveName(), archive, listing));

    ScriptRun run = install();

    assertThat(run.out()).contains("is installed in");
  }

  @Test
  void aWrongChecksumLeavesNothing() throws Exception {
    StandInSdk sdk = StandInSdk.sdk();
    server.addWithSum(sdk.archiveName(), sdk.archive(), WRONG_SUM);

    assertFails(checkout.run(SCRIPT))
        .contains(StandInSdk.sha256(sdk.archive()), "should be " + WRONG_SUM);
  }

  @Test
  void aDownloadThatBreaksOffLeavesNothing() throws Exception {
    serve(StandInSdk.sdk());
    server.cutArchives();

    assertFails(checkout.run(SCRIPT)).contains("could not download " + server.url());
  }

  @Test
  void anInterruptedDownloadLeavesNothing() throws Exception {
    serve(StandInSdk.sdk());
    server.stallInArchives();

    Process process = checkout.start(SCRIPT);
    server.awaitHalf();
    process.destroy();

    assertThat(process.waitFor()).isEqualTo(143);
    assertThat(checkout.home()).isEmptyDirectory();
  }

  @Test
  void whatAKilledRunLeftIsRemoved() throws Exception {
    serve(StandInSdk.sdk());
    long ended = new ProcessBuilder("true").start().onExit().get().pid();
    Path left = Files.createDirectories(checkout.tornado().resolve(".new." + ended));

    install();

    assertThat(left).doesNotExist();
  }

  @Test
  void withoutANetworkItSaysHowElse() throws Exception {
    server.close();

    assertFails(checkout.run(SCRIPT)).contains(server.url(), "on another machine", "--from");
    note(StandInSdk.sdk().archiveName(), WRONG_SUM);
    assertFails(checkout.run(SCRIPT)).contains("could not download", "on another machine");
  }

  @Test
  void aHomeThatCannotBeWrittenToIsNamed() throws Exception {
    Files.writeString(checkout.home().resolve(".skipstone"), "a file");

    ScriptRun run = checkout.run(SCRIPT);

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).hasLineCount(1).contains("cannot write to " + checkout.tornado());
    assertThat(checkout.home().resolve(".skipstone")).hasContent("a file");
  }

  @Test
  void installsAFile() throws Exception {
    StandInSdk sdk = StandInSdk.sdk();
    Path archive = save("my sdk.zip", sdk.archive());

    install("--from", archive.toString(), "--sha256", StandInSdk.sha256(sdk.archive()));

    assertThat(checkout.tornado().resolve("5.2.0-opencl")).isDirectory();
    assertThat(archive).exists();
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void aFileNeedsAChecksum() throws Exception {
    byte[] archive = StandInSdk.sdk().archive();
    Path file = save("sdk.zip", archive);

    assertFails(checkout.run(SCRIPT, "--from", file.toString())).contains("--sha256");
    Files.writeString(folder.resolve("sdk.zip.sha256"), StandInSdk.sha256(archive) + "  sdk.zip\n");
    install("--from", file.toString());
  }

  @Test
  void aFileThatIsNotThereIsNamed() throws Exception {
    assertFails(checkout.run(SCRIPT, "--from", "gone.zip")).contains("cannot read gone.zip");
  }

  @Test
  void aCutFileIsNotInstalled() throws Exception {
    byte[] archive = StandInSdk.sdk().archive();

    assertFails(from(Arrays.copyOf(archive, archive.length / 2))).contains("could not unpack");
  }

  @Test
  void whatIsNoSdkForHereIsNotInstalled() throws Exception {
    StandInSdk sdk = StandInSdk.sdk();

    assertFails(from(sdk.withVersion("5.2.0-jdk21").archive())).contains("another JDK");
    assertFails(from(sdk.withVersion("5.1.0-jdk25").archive())).contains("TornadoVM 5.1.0-jdk25");
    assertFails(from(sdk.withBackend("ptx").archive())).contains("no opencl backend");
    assertFails(from(sdk.withLibrary("libtornado-opencl.dylib").archive()))
        .contains("for another platform than linux-amd64");
  }

  @Test
  void platformsWithoutAnSdkAreNamed() throws Exception {
    checkout.command("uname", "case $1 in -s) echo SunOS ;; -m) echo sparc ;; esac");
    assertFails(checkout.run(SCRIPT)).contains("this is SunOS on sparc");

    checkout.command("uname", "case $1 in -s) echo Linux ;; -m) echo aarch64 ;; esac");
    assertFails(checkout.run(SCRIPT))
        .contains("not published with opencl for Linux on aarch64", "--from");

    checkout.command("uname", "case $1 in -s) echo Darwin ;; -m) echo arm64 ;; esac");
    assertFails(checkout.run(SCRIPT, "--backend", "ptx"))
        .contains("not published with ptx for Darwin on arm64");
  }

  @Test
  void aBuildOfOnesOwnIsInstalledWhereNothingIsPublished() throws Exception {
    checkout.command("uname", "case $1 in -s) echo Linux ;; -m) echo aarch64 ;; esac");

    assertThat(from(StandInSdk.sdk().archive()).status()).isZero();
  }

  @Test
  void removesWhatItInstalledAndNothingElse() throws Exception {
    serve(StandInSdk.sdk());
    install();
    Files.writeString(checkout.home().resolve(".skipstone/profile.json"), "{}");

    ScriptRun run = checkout.run(SCRIPT, "--remove");

    assertThat(run.out()).contains("removed " + checkout.tornado());
    assertThat(checkout.tornado()).doesNotExist();
    assertThat(checkout.home().resolve(".skipstone/profile.json")).exists();
    assertThat(checkout.run(SCRIPT, "--remove").out()).contains("is not installed");
  }

  @Test
  void removingLeavesNoEmptyFolder() throws Exception {
    serve(StandInSdk.sdk());
    install();

    checkout.run(SCRIPT, "--remove");

    assertThat(checkout.home()).isEmptyDirectory();
  }

  @Test
  void checkTellsWhatIsInstalledAndItsDevices() throws Exception {
    checkout.withJava();
    assertThat(checkout.run(SCRIPT, "--check").err()).contains("TornadoVM is not installed");
    installed(StandInSdk.sdk().withDevices("A processor, cl_khr_fp64\nA card, cl_khr_fp16\n"));

    ScriptRun run = checkout.run(SCRIPT, "--check");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "TornadoVM 5.2.0-jdk25 in "
                + checkout.tornado().toRealPath().resolve("5.2.0-opencl")
                + ", opencl-backend",
            "Devices:",
            "  OPENCL 0:0  A processor, 1.5 GiB, without cl_khr_fp16: kernels with native half do"
                + " not run on it",
            "  OPENCL 0:1  A card, 1.5 GiB");
  }

  @Test
  void checkTellsWhyThereIsNoDevice() throws Exception {
    installed(StandInSdk.sdk().withDevices("throw [WARNING] No OpenCL platforms found."));
    checkout.withJava();
    assertCheckFails("no OpenCL driver is installed");

    checkout.withJava("echo 'Error: [ERROR] OpenCL JNI Library not found'; exit 1");
    assertCheckFails("the driver is missing");
    checkout.withJava("echo 'Error: something unheard of'; exit 1");
    assertCheckFails("Error: something unheard of");
    checkout.withJava("exit 0");
    assertCheckFails("it sees no device");
  }

  @Test
  void checkTellsOfAnSdkForAnotherJdk() throws Exception {
    installed(StandInSdk.sdk().withVersion("5.2.0-jdk21"));

    ScriptRun run = checkout.run(SCRIPT, "--check");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("for another JDK: Skipstone runs on JDK 25");
  }

  @Test
  void wrongUsageHasAStatusOfItsOwn() throws Exception {
    assertThat(checkout.run(SCRIPT, "--backend", "cuda").status()).isEqualTo(2);
    assertThat(checkout.run(SCRIPT, "--backend").status()).isEqualTo(2);
    assertThat(checkout.run(SCRIPT, "--sha256", "12").status()).isEqualTo(2);
    assertThat(checkout.run(SCRIPT, "--frmo").err()).contains("unknown option --frmo");
    assertThat(checkout.run(SCRIPT, "--help").out()).startsWith("Usage:");
  }

  private void serve(StandInSdk sdk) throws IOException {
    server.add(sdk.archiveName(), sdk.archive());
  }

  private Path save(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private void note(String name, String sum) throws IOException {
    Files.writeString(
        checkout.folder().resolve(".mvn/tornado-sdk.sha256"), sum + "  " + name + "\n");
  }

  /** Installs without the script. */
  private void installed(StandInSdk sdk) throws IOException {
    sdk.unpack(checkout.tornado().resolve("5.2.0-opencl"));
    Path current = checkout.tornado().resolve("current");
    if (!Files.exists(current, LinkOption.NOFOLLOW_LINKS)) {
      Files.createSymbolicLink(current, Path.of("5.2.0-opencl"));
    }
  }

  private ScriptRun from(byte[] archive) throws Exception {
    Path file = save("sdk.zip", archive);
    return checkout.run(SCRIPT, "--from", file.toString(), "--sha256", StandInSdk.sha256(archive));
  }

  private ScriptRun install(String... arguments) throws Exception {
    ScriptRun run = checkout.run(SCRIPT, arguments);
    assertThat(run.status()).as(run.err()).isZero();
    return run;
  }

  private void assertCheckFails(String reason) throws Exception {
    ScriptRun run = checkout.run(SCRIPT, "--check");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).hasLineCount(1).contains("cannot run here: ", reason);
  }

  private AbstractStringAssert<?> assertFails(ScriptRun run) {
    assertThat(run.status()).isEqualTo(1);
    assertThat(checkout.home()).isEmptyDirectory();
    return assertThat(run.err()).startsWith("setup-tornado.sh: ").hasLineCount(1);
  }
}
