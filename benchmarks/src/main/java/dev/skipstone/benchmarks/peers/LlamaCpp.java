package dev.skipstone.benchmarks.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds llama.cpp and starts it: as the npm package node-llama-cpp, or as llama-bench. */
public final class LlamaCpp {
  /** What its figures are named after. */
  public static final String NAME = "llama.cpp";

  private static final String PACKAGE = "node_modules/node-llama-cpp";
  private static final String ENTRY = "dist/index.js";
  private static final String BENCH = "llama-bench";

  /**
   * Node calls llama.cpp from a pool of threads. With more than one in it, decoding took two to
   * three times as long on two processors, which is not llama.cpp's doing.
   */
  private static final Map<String, String> ONE_CALLER = Map.of("UV_THREADPOOL_SIZE", "1");

  private LlamaCpp() {}

  /**
   * Starts it.
   *
   * @param place a folder with node_modules, the llama-bench program, or a folder that has it; null
   *     to look in the current folder and on the PATH
   * @throws PeerException if it isn't there or can't run the model
   */
  public static Peer start(Path place, PeerSetup setup) throws PeerException, InterruptedException {
    Optional<Path> modules = withPackage((place != null ? place : Path.of("")).toAbsolutePath());
    if (modules.isPresent()) {
      return startNode(modules.get(), setup);
    }
    Optional<Path> bench = place != null ? bench(place.toAbsolutePath()) : Programs.find(BENCH);
    if (bench.isPresent()) {
      return new LlamaBench(bench.get(), setup);
    }
    throw new PeerException(
        place != null
            ? place + " has neither node_modules/node-llama-cpp nor " + BENCH
            : "not here: run 'npm install node-llama-cpp' in some folder and give --llama-cpp"
                + " that folder, or the "
                + BENCH
                + " of a llama.cpp build");
  }

  /** The folder itself, or the one that it is the node_modules or the package of. */
  private static Optional<Path> withPackage(Path folder) {
    return Stream.iterate(folder, parent -> parent != null, Path::getParent)
        .limit(3)
        .filter(candidate -> Files.isRegularFile(candidate.resolve(PACKAGE).resolve(ENTRY)))
        .findFirst();
  }

  private static Optional<Path> bench(Path place) {
    return Stream.of(place, place.resolve(BENCH), place.resolve("bin").resolve(BENCH))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .filter(file -> file.getFileName().toString().startsWith(BENCH))
        .findFirst();
  }

  private static Peer startNode(Path folder, PeerSetup setup)
      throws PeerException, InterruptedException {
    Path node =
        Programs.find("node")
            .orElseThrow(
                () -> new PeerException("node-llama-cpp is here, but node is not on the PATH"));
    DriverFolder driver = DriverFolder.of("llama-cpp.mjs");
    List<String> command =
        List.of(
            node.toString(),
            driver.driver().toString(),
            folder.resolve(PACKAGE).resolve(ENTRY).toString(),
            setup.model().toString(),
            Integer.toString(setup.threads()),
            Integer.toString(setup.context()));
    return ChildPeer.start(NAME, command, ONE_CALLER, driver);
  }
}
