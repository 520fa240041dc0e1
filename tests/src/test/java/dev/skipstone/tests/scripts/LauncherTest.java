package dev.skipstone.tests.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.tests.scripts.Checkout.ScriptRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How ./skipstone starts Java, with a Java that prints what it is given, an argument a line. */
@EnabledOnOs({OS.LINUX, OS.MAC})
final class LauncherTest {
  private static final String SCRIPT = "skipstone";
  private static final String PRINT_ARGUMENTS =
      "printf '%s\\n' \"home=${TORNADOVM_HOME:-none}\" \"$@\"";

  @TempDir Path folder;

  private Checkout checkout;

  @BeforeEach
  void finishedBuild() throws IOException {
    checkout = Checkout.in(folder);
    Path app = Files.createDirectories(checkout.folder().resolve("target/app"));
    for (String file :
        List.of("built", "cli-1.jar", "tornado-host-1.jar", "tornado-kernels-1.jar")) {
      Files.writeString(app.resolve(file), "");
    }
    checkout.with("JAVA_HOME", printingJdk("25.0.1").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--backend tornado", "--backend=tornado", "--backend tornado:1"})
  void theTornadoBackendRunsOnTheSdk(String option) throws Exception {
    Path sdk = install(StandInSdk.sdk());

    List<String> arguments = arguments(("generate " + option + " --prompt x").split(" "));

    assertThat(arguments)
        .startsWith("home=" + sdk)
        .contains(
            "-Djava.library.path=" + sdk + "/lib",
            "--module-path=" + sdk + "/share/java/tornado",
            "--add-modules=ALL-SYSTEM,tornado.api",
            "--enable-preview")
        .containsSubsequence("-cp", "dev.skipstone.cli.Skipstone", "generate", "--prompt", "x");
    assertThat(classPath(arguments)).contains("tornado-kernels").doesNotContain("tornado-host");
  }

  @Test
  void devicesRunsOnTheSdk() throws Exception {
    Path sdk = install(StandInSdk.sdk());

    assertThat(arguments("devices")).contains("--module-path=" + sdk + "/share/java/tornado");
  }

  @Test
  void onlyOneGarbageCollectorIsAskedFor() throws Exception {
    install(StandInSdk.sdk());

    assertThat(arguments("devices"))
        .filteredOn(argument -> argument.matches("-XX:\\+Use\\w+GC"))
        .containsExactly("-XX:+UseSerialGC");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"generate --prompt devices", "chat --backend cpu", "--version", "inspect"})
  void otherCommandsStartAsWithoutAnSdk(String command) throws Exception {
    List<String> without = arguments(command.split(" "));

    install(StandInSdk.sdk());

    assertThat(arguments(command.split(" "))).isEqualTo(without);
    assertThat(without).startsWith("home=none").noneMatch(argument -> argument.contains("module-"));
  }

  @Test
  void withoutAnSdkTheHostStandsIn() throws Exception {
    List<String> arguments = arguments("generate", "--backend", "tornado");

    assertThat(arguments).startsWith("home=none");
    assertThat(classPath(arguments)).contains("tornado-host", "tornado-kernels");
  }

  @Test
  void anSdkChosenByHandWins() throws Exception {
    install(StandInSdk.sdk());
    Path mine = StandInSdk.sdk().unpack(folder.resolve("my & own|sdk"));
    checkout.with("TORNADOVM_HOME", mine.toString());

    assertThat(arguments("devices"))
        .startsWith("home=" + mine)
        .contains("--module-path=" + mine + "/share/java/tornado");
  }

  @Test
  void aFolderThatIsNoSdkIsNamed() throws Exception {
    checkout.with("TORNADOVM_HOME", folder.toString());

    ScriptRun run = checkout.run(SCRIPT, "devices");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .hasLineCount(1)
        .contains("TORNADOVM_HOME, " + folder, "is not the folder");
  }

  @Test
  void anSdkForAnotherJdkIsNamed() throws Exception {
    install(StandInSdk.sdk().withVersion("5.2.0-jdk21"));

    ScriptRun run = checkout.run(SCRIPT, "devices");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).hasLineCount(1).contains("not one for JDK 25", "./setup-tornado.sh");
  }

  @Test
  void aLaterJdkIsPassedOverForTheSdk() throws Exception {
    install(StandInSdk.sdk());
    Path right = printingJdk("25.0.2");
    checkout.with("JAVA_HOME", printingJdk("26").toString());
    Files.createSymbolicLink(checkout.folder().resolve("bin/java"), right.resolve("bin/java"));

    assertThat(arguments("devices")).contains("jdk=25.0.2");
    assertThat(arguments("inspect")).contains("jdk=26");
  }

  @Test
  void optionsOfOnesOwnComeLast() throws Exception {
    install(StandInSdk.sdk());
    checkout.with("SKIPSTONE_JAVA_OPTS", "-Xmx1g  -Da=b");

    assertThat(arguments("devices"))
        .containsSubsequence("--add-modules=ALL-SYSTEM,tornado.api", "-Xmx1g", "-Da=b", "-cp");
  }

  @Test
  void whatIsRememberedOfTheStartIsUsedWhereItIs() throws Exception {
    String option = "-XX:AOTCache=" + checkout.folder().resolve("target/app/start.aot");

    assertThat(arguments("generate")).doesNotContain(option);

    rememberedStart();
    assertThat(arguments("generate")).contains(option);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Xshare:off", "-XX:SharedArchiveFile=own.jsa", "-XX:AOTCache=own.aot"})
  void anArchiveOfOnesOwnWins(String option) throws Exception {
    rememberedStart();
    checkout.with("SKIPSTONE_JAVA_OPTS", option);

    assertThat(arguments("generate"))
        .contains(option)
        .noneMatch(argument -> argument.endsWith("/start.aot"));
  }

  @Test
  void theSdkStartsWithoutWhatIsRemembered() throws Exception {
    install(StandInSdk.sdk());
    rememberedStart();

    assertThat(arguments("devices")).noneMatch(argument -> argument.endsWith("/start.aot"));
  }

  @Test
  void methodsThatAreCompiledEarlyAreThere() throws Exception {
    Pattern option = Pattern.compile("-XX:CompileCommand=\\w+,([\\w.]+)::(\\w+),.+");
    List<Matcher> methods =
        arguments("generate").stream().map(option::matcher).filter(Matcher::matches).toList();

    assertThat(methods).isNotEmpty();
    for (Matcher method : methods) {
      assertThat(Class.forName(method.group(1)).getDeclaredMethods())
          .as(method.group())
          .anyMatch(declared -> declared.getName().equals(method.group(2)));
    }
  }

  private void rememberedStart() throws IOException {
    Files.writeString(checkout.folder().resolve("target/app/start.aot"), "");
  }

  private Path printingJdk(String version) throws IOException {
    Path jdk = checkout.jdk(version);
    Checkout.executable(jdk.resolve("bin/java"), PRINT_ARGUMENTS + "\necho jdk=" + version);
    return jdk;
  }

  private Path install(StandInSdk sdk) throws IOException {
    return sdk.unpack(checkout.tornado().resolve("current"));
  }

  private List<String> arguments(String... command) throws Exception {
    ScriptRun run = checkout.run(SCRIPT, command);
    assertThat(run.status()).as(run.err()).isZero();
    return run.out().lines().toList();
  }

  private static String classPath(List<String> arguments) {
    return arguments.get(arguments.indexOf("-cp") + 1);
  }
}
