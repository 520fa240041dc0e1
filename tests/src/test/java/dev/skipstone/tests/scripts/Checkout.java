package dev.skipstone.tests.scripts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A copy of the repository's scripts, with a user's home, a JDK and commands of its own before
 * those of the PATH. Blanks in its paths show what is not quoted.
 */
final class Checkout {
  private static final Path REPOSITORY = Path.of("..");

  private final Path folder;
  private final Path bin;
  private final Map<String, String> environment = new HashMap<>();

  private Checkout(Path folder) {
    this.folder = folder;
    bin = folder.resolve("bin");
  }

  static Checkout in(Path parent) throws IOException {
    Checkout checkout = new Checkout(parent.resolve("a checkout"));
    Files.createDirectories(checkout.folder.resolve(".mvn"));
    Files.createDirectories(checkout.home());
    Files.createDirectories(checkout.bin);
    try (Stream<Path> files = Files.list(REPOSITORY.resolve(".mvn"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, checkout.folder.resolve(".mvn").resolve(file.getFileName()));
      }
    }
    for (String script : List.of("skipstone", "setup-tornado.sh")) {
      Files.copy(REPOSITORY.resolve(script), checkout.folder.resolve(script));
    }
    checkout.environment.put("JAVA_HOME", checkout.jdk("25.0.3").toString());
    checkout.environment.put("HOME", checkout.home().toString());
    checkout.environment.put("PATH", checkout.bin + ":" + System.getenv("PATH"));
    checkout.environment.put("no_proxy", "127.0.0.1");
    checkout.command("uname", "case $1 in -s) echo Linux ;; -m) echo x86_64 ;; esac");
    return checkout;
  }

  Path folder() {
    return folder;
  }

  Path home() {
    return folder.resolve("home of mine");
  }

  /** Where TornadoVM is installed. */
  Path tornado() {
    return home().resolve(".skipstone/tornadovm");
  }

  /**
   * Makes a JDK that says it is of that version. Its tools are those of the JDK that runs this, but
   * for {@code java}, which fails at once.
   */
  Path jdk(String version) throws IOException {
    Path jdk = folder.resolve("jdk " + version);
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    for (String tool : List.of("javac", "jar")) {
      executable(jdk.resolve("bin").resolve(tool), real(tool));
    }
    executable(jdk.resolve("bin/java"), "exit 1");
    return jdk;
  }

  /** Lets Java start. */
  Checkout withJava() throws IOException {
    return withJava(real("java"));
  }

  /** Lets a script be Java. */
  Checkout withJava(String script) throws IOException {
    executable(Path.of(environment.get("JAVA_HOME"), "bin", "java"), script);
    return this;
  }

  private static String real(String tool) {
    return "exec '" + Path.of(System.getProperty("java.home"), "bin", tool) + "' \"$@\"";
  }

  /** Puts a command before those of the PATH. */
  Checkout command(String name, String script) throws IOException {
    executable(bin.resolve(name), script);
    return this;
  }

  static void executable(Path file, String script) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  Checkout with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  ScriptRun run(String script, String... arguments) throws IOException, InterruptedException {
    Process process = start(script, arguments);
    int status = process.waitFor();
    return new ScriptRun(status, read("out"), read("err"));
  }

  Process start(String script, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", folder.resolve(script).toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("TORNADOVM_HOME");
    builder.environment().remove("SKIPSTONE_JAVA_OPTS");
    builder.environment().putAll(environment);
    return builder
        .directory(folder.toFile())
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  private String read(String stream) throws IOException {
    return Files.readString(folder.resolve(stream), StandardCharsets.UTF_8);
  }

  /**
   * What a script left behind.
   *
   * @param status its exit status
   */
  record ScriptRun(int status, String out, String err) {}
}
