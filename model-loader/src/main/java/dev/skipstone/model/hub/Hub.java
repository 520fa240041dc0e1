package dev.skipstone.model.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Pulls models from the Hugging Face hub into its usual cache. */
public final class Hub {
  private static final String ADDRESS = "https://huggingface.co";

  private final URI endpoint;
  private final String token;
  private final HubCache cache;
  private final boolean offline;
  private final Retries retries;

  Hub(URI endpoint, String token, HubCache cache, boolean offline, Retries retries) {
    this.endpoint = endpoint;
    this.token = token;
    this.cache = cache;
    this.offline = offline;
    this.retries = retries;
  }

  /**
   * The hub as the user has set it up.
   *
   * @param environment variables: HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE, and those of {@link
   *     HubCache#usual}
   * @param home the user's folder
   * @throws HubException if the endpoint is no address
   */
  public static Hub usual(Map<String, String> environment, Path home) {
    String address = environment.getOrDefault("HF_ENDPOINT", "");
    String offline = environment.getOrDefault("HF_HUB_OFFLINE", "");
    return new Hub(
        endpoint(address.isEmpty() ? ADDRESS : address),
        token(environment, home),
        HubCache.usual(environment, home),
        !offline.isEmpty() && !offline.equals("0"),
        Retries.usual());
  }

  private static URI endpoint(String address) {
    try {
      URI endpoint = URI.create(address);
      if (endpoint.getHost() != null && endpoint.getScheme().matches("https?")) {
        return endpoint;
      }
    } catch (IllegalArgumentException e) {
      throw new HubException("the hub's endpoint is no address: " + address, e);
    }
    throw new HubException("the hub's endpoint is no address: " + address);
  }

  /** From HF_TOKEN, or from the file that the hub's own tool keeps it in. */
  private static String token(Map<String, String> environment, Path home) {
    String given = environment.getOrDefault("HF_TOKEN", "").strip();
    Path file = HubCache.hubHome(environment, home).resolve("token");
    try {
      return given.isEmpty() && Files.isRegularFile(file) ? Files.readString(file).strip() : given;
    } catch (IOException e) {
      return "";
    }
  }

  /** Whether nothing is to be asked for. */
  public boolean isOffline() {
    return offline;
  }

  public HubCache cache() {
    return cache;
  }

  /**
   * Fetches a model, or what is missing of it.
   *
   * @return what to open: a GGUF file, or a folder with {@code config.json}
   * @throws HubException if it can't be had
   * @throws IOException if it can't be written
   * @throws InterruptedException if the thread was interrupted; the next call goes on from there
   */
  public Path pull(HubReference reference, PullListener listener)
      throws IOException, InterruptedException {
    if (offline) {
      throw new HubException(reference + ": HF_HUB_OFFLINE is set, so nothing is fetched");
    }
    try (HubClient client = new HubClient(endpoint, token, retries)) {
      HubClient.Listing listing = client.list(reference);
      List<String> chosen = ModelFiles.choose(reference, listing.files());
      List<RemoteFile> files = new ArrayList<>();
      for (String name : chosen) {
        files.add(client.inspect(reference, listing.commit(), name));
      }
      fetch(client, reference, listing.commit(), files, listener);
      cache.remember(reference, listing.commit());
      return HubCache.model(cache.snapshot(reference, listing.commit()), chosen);
    }
  }

  private void fetch(
      HubClient client,
      HubReference reference,
      String commit,
      List<RemoteFile> files,
      PullListener listener)
      throws IOException, InterruptedException {
    List<Download> downloads = new ArrayList<>();
    long total = 0;
    long missing = 0;
    for (RemoteFile file : files) {
      Path blob = cache.blob(reference, file.checksum().text());
      Download download = new Download(client, retries, file, blob);
      downloads.add(download);
      total += file.size();
      missing += file.size() - download.present();
    }
    checkRoom(reference, missing);
    long before = 0;
    for (int i = 0; i < files.size(); i++) {
      RemoteFile file = files.get(i);
      long start = before;
      long whole = total;
      downloads.get(i).run(present -> listener.progress(file.name(), start + present, whole));
      cache.link(reference, commit, file.name(), cache.blob(reference, file.checksum().text()));
      before += file.size();
    }
  }

  private void checkRoom(HubReference reference, long missing) throws IOException {
    Path folder = cache.folder(reference);
    Files.createDirectories(folder);
    FileStore disk = Files.getFileStore(folder);
    if (missing > disk.getUsableSpace()) {
      throw new HubException(
          "%s: needs %,d bytes on the disk of %s, and %,d are free; HF_HUB_CACHE names another"
              .formatted(reference, missing, folder, disk.getUsableSpace()));
    }
  }
}
