package dev.skipstone.tornado.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example compiles, and prints what the README says. */
final class ReadmeExampleTest {
  private static final Path README = Path.of("README.md");

  @TempDir private Path folder;

  private static String block(String markdown, String language) {
    Matcher block = Pattern.compile("(?s)```" + language + "\n(.*?)```").matcher(markdown);
    assertThat(block.find()).as("a block of " + language + " in the README").isTrue();
    return block.group(1);
  }

  private String run(String source) throws Exception {
    Path file = Files.writeString(folder.resolve("Reverse.java"), source);
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-g",
                "-parameters",
                "-proc:none",
                "-d",
                folder.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                file.toString());
    assertThat(status).as("exit status of the compiler").isZero();
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader =
            new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
        PrintStream captured = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      System.setOut(captured);
      loader
          .loadClass("Reverse")
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(out);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void theExamplePrintsWhatIsWritten() throws Exception {
    String readme = Files.readString(README);
    assertThat(run(block(readme, "java"))).isEqualTo(block(readme, "text"));
  }

  @Test
  void withItsBarrierTheExampleIsClean() throws Exception {
    String repaired =
        block(Files.readString(README), "java")
            .replace("// context.localBarrier() is missing here.", "context.localBarrier();");
    assertThat(run(repaired)).isEqualTo("no faults found\n");
  }
}
