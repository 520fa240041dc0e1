package dev.skipstone.tornado.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skipstone.tornado.kernel.KernelRegistry;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With TornadoVM itself, where its SDK is installed. */
final class TornadoSdkTest {
  private static final int RUNS = 4;
  private static final int MINUTES = 15;

  /** Java's options. What an archive has as tornado-argfile names its builder's folders. */
  private static final String OPTIONS = "tornado-argfile.template";

  @TempDir Path folder;
  private static Path sdk;

  @BeforeAll
  static void find() {
    sdk = Path.of(System.getProperty("user.home"), ".skipstone", "tornadovm", "current");
    assumeTrue(Files.isReadable(sdk.resolve(OPTIONS)), "no TornadoVM SDK in " + sdk);
  }

  @Test
  void mainSourcesCompileAgainstTheRealApi() throws IOException {
    StringWriter messages = new StringWriter();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Path sources = Path.of("src", "main", "java");
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        Stream<Path> paths = Files.walk(sources)) {
      List<Path> java = paths.filter(path -> path.toString().endsWith(".java")).toList();
      List<String> options =
          List.of("-proc:none", "-d", folder.toString(), "-cp", api() + separator() + ownPath());
      boolean compiled =
          compiler
              .getTask(
                  messages, files, null, options, null, files.getJavaFileObjectsFromPaths(java))
              .call();
      assertThat(compiled).as(messages.toString()).isTrue();
    }
  }

  private static String separator() {
    return System.getProperty("path.separator");
  }

  private static Path api() throws IOException {
    try (Stream<Path> jars = Files.list(sdk.resolve(Path.of("share", "java", "tornado")))) {
      return jars.filter(jar -> jar.getFileName().toString().startsWith("tornado-api-"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** The class path without what stands in for the API. */
  private static String ownPath() {
    return Stream.of(System.getProperty("java.class.path").split(separator()))
        .filter(entry -> !entry.contains("tornado-host"))
        .collect(Collectors.joining(separator()));
  }

  /** Prints a line for each kernel and device; a kernel that can't be built there is no failure. */
  @Test
  @Tag("long")
  void kernelsAreRightOnEveryDevice() throws IOException, InterruptedException {
    String text = output(DeviceChecks.class, "" + RUNS);
    KernelRegistry.operations().stream()
        .flatMap(operation -> operation.variants().stream())
        .forEach(variant -> assertThat(text).contains(" " + variant.name() + " ("));
  }

  @Test
  @Tag("long")
  void aLaunchHasItsCosts() throws IOException, InterruptedException {
    assertThat(output(LaunchCosts.class)).contains("launches a pass");
  }

  /** What a program prints that ends well, with TornadoVM; it is printed here, too. */
  private String output(Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    Path output = folder.resolve("output.txt");
    Path options = folder.resolve("options");
    String template = Files.readString(sdk.resolve(OPTIONS));
    Files.writeString(options, template.replace("${TORNADOVM_HOME}", sdk.toString()));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + options);
    command.add("--add-modules=jdk.incubator.vector");
    command.addAll(List.of("-cp", ownPath(), program.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("TORNADOVM_HOME", sdk.toString());
    Process process = builder.redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(output);
    System.out.println(text);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }
}
