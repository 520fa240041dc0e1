package dev.skipstone.adapt;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skipstone.runtime.pass.LayerPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a search found, in a small JSON file, so that a training that goes on need not search again.
 *
 * @param search what was searched for, and in what: another search finds something else
 * @param layers of the model
 * @param attention layers whose attention sublayer a draft keeps
 * @param mlp layers whose MLP sublayer it keeps
 */
record FoundSublayers(String search, int layers, List<Integer> attention, List<Integer> mlp) {
  private static final JsonMapper JSON = new JsonMapper();

  FoundSublayers {
    attention = attention == null ? List.of() : List.copyOf(attention);
    mlp = mlp == null ? List.of() : List.copyOf(mlp);
  }

  static FoundSublayers of(String search, LayerPath path) {
    return new FoundSublayers(
        search,
        path.layers(),
        IntStream.range(0, path.layers()).filter(path::runsAttention).boxed().toList(),
        IntStream.range(0, path.layers()).filter(path::runsMlp).boxed().toList());
  }

  /**
   * Reads what a search found.
   *
   * @return empty if there is no file, or it is of another search or was changed by hand to
   *     something else: the search is done again then
   */
  static Optional<LayerPath> read(Path file, String search) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      FoundSublayers found = JSON.readValue(file.toFile(), FoundSublayers.class);
      return search.equals(found.search()) ? Optional.of(found.path()) : Optional.empty();
    } catch (JacksonException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private LayerPath path() {
    return LayerPath.keeping(layers, array(attention), array(mlp));
  }

  private static int[] array(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Writes the file, whole or not at all. */
  void write(Path file) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    JSON.writeValue(part.toFile(), this);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
