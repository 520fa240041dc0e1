package dev.skipstone.model.hub;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Talks to the hub. The user's token goes to the hub itself only, never to the servers with the
 * content that it names.
 */
final class HubClient implements AutoCloseable {
  private static final int MOST_REDIRECTS = 5;
  private static final int LONGEST_LISTING = 64 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final JsonMapper JSON = new JsonMapper();

  private final URI endpoint;
  private final String token;
  private final Retries retries;
  private final HttpClient http =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(PATIENCE)
          .build();

  /**
   * @param endpoint address of the hub
   * @param token of the user; empty for none
   */
  HubClient(URI endpoint, String token, Retries retries) {
    this.endpoint = endpoint;
    this.token = token;
    this.retries = retries;
  }

  /**
   * A repository's files.
   *
   * @param commit that the revision is at
   */
  record Listing(String commit, List<String> files) {}

  /** Asks which files a repository has. */
  Listing list(HubReference reference) throws IOException, InterruptedException {
    URI address =
        endpoint.resolve(
            "/api/models/%s/revision/%s"
                .formatted(reference.repository(), reference.revision().replace("/", "%2F")));
    return retries.run(
        reference.repository(),
        () -> {
          HttpResponse<InputStream> response =
              http.send(request(address).GET().build(), HttpResponse.BodyHandlers.ofInputStream());
          try (InputStream body = response.body()) {
            check(response, reference.repository());
            return listing(reference, body.readNBytes(LONGEST_LISTING));
          }
        });
  }

  private static Listing listing(HubReference reference, byte[] body) {
    JsonNode node;
    try {
      node = JSON.readTree(body);
    } catch (JacksonException e) {
      throw new HubException(reference + ": the hub's answer is not JSON", e);
    } catch (IOException e) {
      throw new AssertionError("read from memory", e);
    }
    String commit = node.path("sha").asText();
    if (!commit.matches("[0-9a-f]{40}")) {
      throw new HubException(reference + ": the hub's answer names no commit");
    }
    List<String> files = new ArrayList<>();
    for (JsonNode file : node.path("siblings")) {
      String name = file.path("rfilename").asText();
      if (HubReference.isFileName(name)) {
        files.add(name);
      }
    }
    return new Listing(commit, files);
  }

  /** Asks where a file's content is, and what it is. */
  RemoteFile inspect(HubReference reference, String commit, String file)
      throws IOException, InterruptedException {
    URI first =
        endpoint.resolve("/%s/resolve/%s/%s".formatted(reference.repository(), commit, file));
    String what = reference.repository() + "/" + file;
    return retries.run(
        what,
        () -> {
          URI address = first;
          for (int i = 0; i < MOST_REDIRECTS; i++) {
            HttpResponse<Void> response =
                http.send(
                    request(address).method("HEAD", HttpRequest.BodyPublishers.noBody()).build(),
                    HttpResponse.BodyHandlers.discarding());
            check(response, what);
            Optional<URI> next = response.headers().firstValue("location").map(address::resolve);
            boolean moved = response.statusCode() >= 300 && next.isPresent();
            if (moved && isHub(next.get()) && header(response, "x-linked-size").isEmpty()) {
              address = next.get();
              continue;
            }
            return new RemoteFile(
                file, moved ? next.get() : address, size(response, what), checksum(response));
          }
          throw new HubException(what + ": the hub sends from one address to another without end");
        });
  }

  private static long size(HttpResponse<?> response, String what) {
    String size =
        header(response, "x-linked-size").or(() -> header(response, "content-length")).orElse("");
    if (!size.matches("\\d{1,15}")) {
      throw new HubException(what + ": the hub did not tell the size");
    }
    return Long.parseLong(size);
  }

  private static Checksum checksum(HttpResponse<?> response) {
    String tag = header(response, "x-linked-etag").or(() -> header(response, "etag")).orElse("");
    return new Checksum(tag.replaceFirst("^W/", "").replace("\"", ""));
  }

  private static Optional<String> header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name);
  }

  /**
   * Begins to read content.
   *
   * @param from first byte that is wanted
   * @return the answer, of status 200, 206 or 416
   */
  HttpResponse<InputStream> open(RemoteFile file, long from)
      throws IOException, InterruptedException {
    URI address = file.content();
    for (int i = 0; i < MOST_REDIRECTS; i++) {
      HttpRequest.Builder request = request(address).GET();
      if (from > 0) {
        request.header("Range", "bytes=" + from + "-");
      }
      HttpResponse<InputStream> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      int status = response.statusCode();
      if (status == 200 || status == 206 || status == 416) {
        return response;
      }
      response.body().close();
      check(response, file.name());
      address =
          header(response, "location")
              .map(address::resolve)
              .orElseThrow(() ->
                  new HubException("%s: answered with status %d".formatted(file.name(), status)));
    }
    throw new HubException(file.name() + ": sent from one address to another without end");
  }

  private HttpRequest.Builder request(URI address) {
    if (!"https".equals(address.getScheme()) && !address.getHost().equals(endpoint.getHost())) {
      throw new HubException(address.getHost() + ": content without encryption is not read");
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address).timeout(PATIENCE).header("User-Agent", "skipstone");
    return isHub(address) && !token.isEmpty()
        ? request.header("Authorization", "Bearer " + token)
        : request;
  }

  private boolean isHub(URI address) {
    return endpoint.getScheme().equals(address.getScheme())
        && endpoint.getAuthority().equals(address.getAuthority());
  }

  private void check(HttpResponse<?> response, String what) throws RetryException {
    int status = response.statusCode();
    switch (status) {
      case 401, 403 ->
          throw new HubException(
              "%s: %s (status %d)"
                  .formatted(
                      what,
                      token.isEmpty()
                          ? "not there, or only with a token: put yours into HF_TOKEN"
                          : "not there, or your token (HF_TOKEN) may not read it; some models ask"
                              + " to accept their terms on their page first",
                      status));
      case 404 -> throw new HubException(what + ": the hub has no such repository, branch or file");
      case 429 -> throw new RetryException("too many requests for the hub", wait(response));
      default -> {
        if (status >= 500) {
          throw new RetryException("the hub answered with status " + status, wait(response));
        }
        if (status >= 400) {
          throw new HubException("%s: the hub answered with status %d".formatted(what, status));
        }
      }
    }
  }

  private static Duration wait(HttpResponse<?> response) {
    return header(response, "retry-after")
        .filter(text -> text.matches("\\d{1,6}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
        .orElse(Duration.ZERO);
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
