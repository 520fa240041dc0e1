package dev.skipstone.benchmarks.peers;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;

/** Starts Llama3.java, with a driver that is compiled beside it. */
public final class Llama3Java {
  /** What its figures are named after. */
  public static final String NAME = "llama3.java";

  private static final String DRIVER = "Llama3Driver";

  private Llama3Java() {}

  /**
   * Starts it on this JDK.
   *
   * @param place its source file, its jar or its folder of classes; null where it is not known
   * @throws PeerException if it isn't there or can't run the model
   */
  public static Peer start(Path place, PeerSetup setup) throws PeerException, InterruptedException {
    if (place == null) {
      throw new PeerException(
          "not here: get Llama3.java from github.com/mukel/llama3.java and give --llama3-java that"
              + " file, or its jar");
    }
    if (!Files.exists(place)) {
      throw new PeerException(place + ": no such file");
    }
    DriverFolder folder = DriverFolder.of(DRIVER + ".java");
    try {
      compile(place, folder);
    } catch (PeerException | RuntimeException e) {
      folder.close();
      throw e;
    }
    return ChildPeer.start(NAME, command(place, folder, setup), Map.of(), folder);
  }

  private static boolean isSource(Path place) {
    return place.getFileName().toString().endsWith(".java");
  }

  private static void compile(Path place, DriverFolder folder) throws PeerException {
    ToolProvider compiler =
        ToolProvider.findFirst("javac")
            .orElseThrow(() ->
                new PeerException("a driver has to be compiled for it, and this JDK has no javac"));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-nowarn",
                "-proc:none",
                "--add-modules",
                "jdk.incubator.vector",
                "-d",
                folder.path().toString(),
                folder.driver().toString()));
    if (isSource(place)) {
      arguments.add(place.toString());
    } else {
      arguments.addAll(List.of("-cp", place.toString()));
    }
    StringWriter errors = new StringWriter();
    PrintWriter sink = new PrintWriter(errors);
    if (compiler.run(sink, sink, arguments.toArray(String[]::new)) != 0) {
      String first =
          errors
              .toString()
              .lines()
              .filter(line -> line.contains("error:"))
              .findFirst()
              .orElse("javac says: " + errors.toString().strip());
      throw new PeerException(
          "this version of it is not the one that its driver is made for: " + first);
    }
  }

  private static List<String> command(Path place, DriverFolder folder, PeerSetup setup) {
    String classes =
        isSource(place)
            ? folder.path().toString()
            : folder.path() + File.pathSeparator + place.toAbsolutePath().toString();
    return List.of(
        Programs.ofJdk("java").toString(),
        "--add-modules=jdk.incubator.vector",
        // What its own header asks for.
        "-Djdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK=0",
        // The thread that asks for work takes part in it.
        "-Djava.util.concurrent.ForkJoinPool.common.parallelism=" + (setup.threads() - 1),
        "-cp",
        classes,
        "com.llama4j." + DRIVER,
        setup.model().toString(),
        Integer.toString(setup.context()));
  }
}
