package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.testing.MicroModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's Java example compiles and runs as it stands. */
final class ReadmeExampleTest {
  private static final Path README = Path.of("../README.md");
  private static final Pattern JAVA_BLOCK = Pattern.compile("(?s)```java\n(.*?)```");
  private static final Pattern CLASS = Pattern.compile("class (\\w+)");

  @TempDir Path folder;

  @Test
  void printsAnAnswer() throws Exception {
    String source = firstExample(Files.readString(README));
    Path model = MicroModel.defaults().write(folder.resolve("micro.gguf"));

    assertThat(run(source, model.toString())).isNotBlank();
  }

  @Test
  void anExampleOutOfDateIsNoticed() {
    String source =
        firstExample(
            """
            ```sh
            ls
            ```
            ```java
            import dev.skipstone.runtime.Engine;
            class Example {
              public static void main(String[] args) { new Engine().gone(); }
            }
            ```
            """);

    assertThat(compile(source, folder)).contains("error:");
  }

  private static String firstExample(String markdown) {
    Matcher block = JAVA_BLOCK.matcher(markdown);
    assertThat(block.find()).as("a block of Java in the README").isTrue();
    return block.group(1);
  }

  private String run(String source, String argument) throws Exception {
    assertThat(compile(source, folder)).as(source).isEmpty();
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader =
            new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
        PrintStream captured = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      System.setOut(captured);
      var main = loader.loadClass(className(source)).getDeclaredMethod("main", String[].class);
      main.setAccessible(true);
      main.invoke(null, (Object) new String[] {argument});
    } finally {
      System.setOut(out);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  private static String className(String source) {
    Matcher name = CLASS.matcher(source);
    assertThat(name.find()).as("a class in the example").isTrue();
    return name.group(1);
  }

  /** Compiles into {@code target}; returns what the compiler says, nothing where all is well. */
  private static String compile(String source, Path target) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of(
            "-d",
            target.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "-proc:none",
            "-Xlint:deprecation,removal,unchecked");
    JavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("string:///" + className(source) + ".java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreErrors) throws IOException {
            return source;
          }
        };
    boolean done = compiler.getTask(messages, null, null, options, null, List.of(file)).call();
    assertThat(done).as(messages.toString()).isEqualTo(messages.toString().isEmpty());
    return messages.toString();
  }
}
