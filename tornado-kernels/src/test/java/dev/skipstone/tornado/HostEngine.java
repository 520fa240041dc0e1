package dev.skipstone.tornado;

import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.adapter.DraftAdapter;
import dev.skipstone.tornado.kernel.KernelRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Engines on the backend, with a plain JVM in the place of a device. */
final class HostEngine {
  /** The kernels that passes are made of. */
  enum Kernels {
    /** One work-item a row of a matrix, as on a CPU. */
    BY_ITEM,
    /** A work-group a row of a matrix, the same for every pass, fused where that can be. */
    BY_GROUP,
    /** As a GPU: prompts by tiles, several rows at a time, one row with norms fused. */
    BY_SHAPE,
    /** Projections by fragments of one warp for all passes of up to 16 rows, none of them fused. */
    BY_FRAGMENTS
  }

  private static final List<String> OPERATIONS =
      List.of(
          "norm",
          "output norm",
          "norm heads",
          "norm and add",
          "attend",
          "rank",
          "softmax",
          "cut",
          "keep",
          "accept drawn",
          "lower");

  private HostEngine() {}

  /** A model of a few rows a matrix: kernels that have barriers take long here. */
  static MicroModel micro(int layers) {
    return MicroModel.defaults()
        .withLayers(layers)
        .withVocabulary(96)
        .withSizes(32, 64)
        .withHeads(2, 1, 16);
  }

  static Engine load(Path file, Kernels kernels) {
    return with(
        kernels,
        () -> Engine.load(file, EngineOptions.defaults().withBackend("tornado", 0).withThreads(1)));
  }

  static Engine load(Path file, DraftAdapter adapter, Kernels kernels) {
    EngineOptions options = EngineOptions.defaults().withBackend("tornado", 0).withThreads(1);
    return with(kernels, () -> Engine.load(file, options.withAdapter(adapter)));
  }

  /** Runs an action that loads a model. */
  static <T> T with(Kernels kernels, Supplier<T> action) {
    System.setProperty(TornadoBackend.HOST_PROPERTY, "true");
    try {
      Path profile = kernels == Kernels.BY_ITEM ? null : profile(kernels);
      if (profile != null) {
        System.setProperty(TornadoBackend.PROFILE_PROPERTY, profile.toString());
      }
      T result = action.get();
      if (profile != null) {
        Files.delete(profile);
      }
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      System.clearProperty(TornadoBackend.HOST_PROPERTY);
      System.clearProperty(TornadoBackend.PROFILE_PROPERTY);
    }
  }

  private static Path profile(Kernels kernels) throws IOException {
    String projections =
        switch (kernels) {
          case BY_GROUP ->
              """
              "project": ["projectByGroup"],
              "project and lower": ["projectAndLowerByGroup"],
              "project some": ["projectSomeByGroup"],
              "norm and project": ["normAndProjectByGroup"],
              "project and add": ["addByGroup"],
              "project and gate": ["gateByGroup"]
              """;
          case BY_FRAGMENTS ->
              """
              "project": ["projectFewFragments", "projectFewHalvesFragments"],
              "norm and project": [], "project and add": [], "project and gate": [],
              "project and lower": [], "project some": []
              """;
          default ->
              """
              "project": ["projectTiled", "projectFourByGroup"],
              "project and lower": ["projectAndLowerByGroup", "projectHalvesAndLowerByGroup"],
              "project some": ["projectSomeByGroup", "projectSomeHalvesByGroup"],
              "project and add": ["addByGroup"],
              "project and gate": ["gateByGroup"]
              """;
        };
    String others =
        OPERATIONS.stream()
            .map(name ->
                "\"%s\": [\"%s\"], "
                    .formatted(
                        name, KernelRegistry.byName().get(name).variants().getFirst().name()))
            .collect(Collectors.joining());
    return Files.writeString(
        Files.createTempFile("kernels", ".json"), "{\"variants\": {" + others + projections + "}}");
  }
}
