package dev.skipstone.model.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A hub with one repository, and a server beside it for large content, both of which misbehave. */
public final class TestHub implements AutoCloseable {
  public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final int LARGE = 1000;

  private final HttpServer hub = server();
  private final HttpServer content = server();
  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final Map<String, String> checksums = new LinkedHashMap<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final Deque<Optional<Fault>> faults = new ArrayDeque<>();

  /** What goes wrong once, with the next request for content or listing. */
  interface Fault {
    /** Answers in the server's place. */
    void answer(HttpExchange exchange, byte[] content) throws IOException;
  }

  public TestHub() {
    hub.createContext("/", this::answerHub);
    content.createContext("/", this::answerContent);
    hub.start();
    content.start();
  }

  private static HttpServer server() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI address() {
    return address(hub);
  }

  private static URI address(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public TestHub with(String name, byte[] bytes) {
    files.put(name, bytes);
    checksums.put(name, bytes.length < LARGE ? gitChecksum(bytes) : hex("SHA-256", bytes));
    return this;
  }

  TestHub withChecksum(String name, String checksum) {
    checksums.put(name, checksum);
    return this;
  }

  /** The next request for content, or for the listing if it comes first, goes wrong. */
  TestHub failing(Fault fault) {
    faults.add(Optional.of(fault));
    return this;
  }

  static Fault status(int status, String... headers) {
    return (exchange, bytes) -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
      }
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
    };
  }

  /** Nothing goes wrong this once. */
  TestHub passing() {
    faults.add(Optional.empty());
    return this;
  }

  /** Ends the connection in the middle. */
  static Fault cut(int after) {
    return (exchange, bytes) -> {
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes, 0, after);
      exchange.getResponseBody().flush();
      exchange.close();
    };
  }

  /** All of it from the first byte, whatever was asked for. */
  static Fault whole(byte[] other) {
    return (exchange, bytes) -> send(exchange, 200, other);
  }

  /** Requests so far: method, path, range and whether a token came with it. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  private void record(String server, HttpExchange exchange) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    String token = exchange.getRequestHeaders().getFirst("Authorization");
    requests.add(
        "%s %s %s%s%s"
            .formatted(
                server,
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                range == null ? "" : " " + range,
                token == null ? "" : " " + token));
  }

  private void answerHub(HttpExchange exchange) throws IOException {
    record("hub", exchange);
    String path = exchange.getRequestURI().getPath();
    if (path.startsWith("/api/models/owner/name/revision/")) {
      if (!fails(exchange, listing())) {
        send(exchange, 200, listing());
      }
      return;
    }
    String prefix = "/owner/name/resolve/" + COMMIT + "/";
    String name = path.startsWith(prefix) ? path.substring(prefix.length()) : "";
    byte[] bytes = files.get(name);
    if (bytes == null) {
      status(404).answer(exchange, new byte[0]);
    } else if (bytes.length < LARGE) {
      exchange.getResponseHeaders().add("ETag", '"' + checksums.get(name) + '"');
      serve(exchange, bytes);
    } else {
      exchange.getResponseHeaders().add("X-Linked-ETag", '"' + checksums.get(name) + '"');
      exchange.getResponseHeaders().add("X-Linked-Size", Integer.toString(bytes.length));
      exchange.getResponseHeaders().add("Location", address(content) + "/" + name);
      exchange.sendResponseHeaders(302, -1);
      exchange.close();
    }
  }

  private byte[] listing() {
    String names =
        files.keySet().stream()
            .map("{\"rfilename\":\"%s\"}"::formatted)
            .collect(Collectors.joining(","));
    return "{\"sha\":\"%s\",\"siblings\":[%s]}"
        .formatted(COMMIT, names)
        .getBytes(StandardCharsets.UTF_8);
  }

  private void answerContent(HttpExchange exchange) throws IOException {
    record("content", exchange);
    byte[] bytes = files.get(exchange.getRequestURI().getPath().substring(1));
    if (!fails(exchange, bytes)) {
      serve(exchange, bytes);
    }
  }

  private boolean fails(HttpExchange exchange, byte[] bytes) throws IOException {
    Optional<Fault> fault = faults.isEmpty() ? Optional.empty() : faults.remove();
    if (fault.isPresent()) {
      fault.get().answer(exchange, bytes);
    }
    return fault.isPresent();
  }

  private static void serve(HttpExchange exchange, byte[] bytes) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().add("Content-Length", Integer.toString(bytes.length));
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
      return;
    }
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null) {
      send(exchange, 200, bytes);
      return;
    }
    int from = Integer.parseInt(range.replaceAll("\\D", ""));
    exchange
        .getResponseHeaders()
        .add("Content-Range", "bytes %d-%d/%d".formatted(from, bytes.length - 1, bytes.length));
    send(exchange, 206, Arrays.copyOfRange(bytes, from, bytes.length));
  }

  private static void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  static String gitChecksum(byte[] bytes) {
    byte[] header = "blob %d\0".formatted(bytes.length).getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(header, header.length + bytes.length);
    System.arraycopy(bytes, 0, all, header.length, bytes.length);
    return hex("SHA-1", all);
  }

  static String hex(String algorithm, byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    hub.stop(0);
    content.stop(0);
  }
}
