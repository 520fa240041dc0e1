package dev.skipstone.tests.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The scripts pass shellcheck, where it is installed. */
final class ShellcheckTest {
  @Test
  void scriptsAreClean() throws Exception {
    assumeTrue(shellcheck("--version").isInstalled(), "shellcheck is not installed");

    // -a: warnings of sourced files, too.
    assertThat(shellcheck("-x", "-a", "skipstone", "run-tests", "setup-tornado.sh").out())
        .isEmpty();
  }

  private static Result shellcheck(String... arguments) throws InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = "shellcheck";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(Path.of("..").toFile())
              .redirectErrorStream(true)
              .start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return new Result(true, out);
    } catch (IOException e) {
      return new Result(false, e.getMessage());
    }
  }

  private record Result(boolean isInstalled, String out) {}
}
