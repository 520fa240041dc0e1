package dev.skipstone.model.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The hub's cache on this machine, laid out as the hub's own library does: content in {@code
 * blobs}, named by its checksum; a folder for each commit in {@code snapshots} with links to it;
 * and in {@code refs} which commit a branch is at.
 */
public final class HubCache {
  private static final String COMMIT = "[0-9a-f]{40}";

  private final Path root;

  public HubCache(Path root) {
    this.root = root;
  }

  /**
   * Where the cache usually lies.
   *
   * @param environment variables: HF_HUB_CACHE, HF_HOME and XDG_CACHE_HOME count, in this order
   * @param home the user's folder
   */
  public static HubCache usual(Map<String, String> environment, Path home) {
    String cache = environment.getOrDefault("HF_HUB_CACHE", "");
    return new HubCache(
        cache.isEmpty() ? hubHome(environment, home).resolve("hub") : Path.of(cache));
  }

  /** The folder with the cache and, perhaps, the user's token. */
  static Path hubHome(Map<String, String> environment, Path home) {
    String own = environment.getOrDefault("HF_HOME", "");
    if (!own.isEmpty()) {
      return Path.of(own);
    }
    String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path folder = caches.isEmpty() ? home.resolve(".cache") : Path.of(caches);
    return folder.resolve("huggingface");
  }

  /**
   * The model that a reference means.
   *
   * @return a GGUF file, or a folder with {@code config.json}; empty if it was never pulled
   * @throws HubException if what is there is not clear enough
   * @throws IOException if the cache can't be read
   */
  public Optional<Path> find(HubReference reference) throws IOException {
    Optional<Path> folder = commit(reference).map(commit -> snapshot(reference, commit));
    if (folder.isEmpty() || !Files.isDirectory(folder.get())) {
      return Optional.empty();
    }
    List<String> names = names(folder.get());
    if (!reference.file().isEmpty() && names.stream().noneMatch(name -> fits(reference, name))) {
      return Optional.empty();
    }
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(model(folder.get(), ModelFiles.choose(reference, names)));
  }

  private static boolean fits(HubReference reference, String name) {
    return name.toLowerCase(Locale.ROOT).contains(reference.file().toLowerCase(Locale.ROOT));
  }

  /** Files of a folder that are whole: a link whose content is gone does not count. */
  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .toList();
    }
  }

  /** What to open of a snapshot's files. */
  static Path model(Path snapshot, List<String> chosen) {
    return chosen.size() == 1 ? snapshot.resolve(chosen.getFirst()) : snapshot;
  }

  private Optional<String> commit(HubReference reference) throws IOException {
    if (reference.revision().matches(COMMIT)) {
      return Optional.of(reference.revision());
    }
    Path file = folder(reference).resolve("refs").resolve(reference.revision());
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    return Optional.of(Files.readString(file).strip()).filter(text -> text.matches(COMMIT));
  }

  Path snapshot(HubReference reference, String commit) {
    return folder(reference).resolve("snapshots").resolve(commit);
  }

  /** Where content with a checksum is, or goes. */
  Path blob(HubReference reference, String checksum) {
    return folder(reference).resolve("blobs").resolve(checksum);
  }

  /** Everything of a repository. */
  Path folder(HubReference reference) {
    return root.resolve("models--%s--%s".formatted(reference.owner(), reference.name()));
  }

  /** Puts a file into a snapshot, in place of what may be there. */
  void link(HubReference reference, String commit, String file, Path blob) throws IOException {
    Path link = snapshot(reference, commit).resolve(file);
    Files.createDirectories(link.getParent());
    Path fresh = link.resolveSibling(link.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createSymbolicLink(fresh, link.getParent().relativize(blob));
    Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Remembers which commit a branch is at. */
  void remember(HubReference reference, String commit) throws IOException {
    if (reference.revision().matches(COMMIT)) {
      return;
    }
    Path file = folder(reference).resolve("refs").resolve(reference.revision());
    Files.createDirectories(file.getParent());
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(fresh, commit);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
