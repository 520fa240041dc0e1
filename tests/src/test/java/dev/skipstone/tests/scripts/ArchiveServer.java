package dev.skipstone.tests.scripts;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server of archives on this machine, which can also break off or stall in the middle of one. */
final class ArchiveServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final CountDownLatch halfSent = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private volatile boolean cut;
  private volatile boolean stalls;

  ArchiveServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Serves a file and its checksum beside it. */
  void add(String name, byte[] content) {
    addWithSum(name, content, StandInSdk.sha256(content));
  }

  void addWithSum(String name, byte[] content, String sum) {
    files.put("/" + name, content);
    files.put("/" + name + ".sha256", (sum + "  " + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  void cutArchives() {
    cut = true;
  }

  void stallInArchives() {
    stalls = true;
  }

  void awaitHalf() throws InterruptedException {
    halfSent.await();
  }

  /** The paths that were asked for, in order. */
  List<String> asked() {
    return asked;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      asked.add(path);
      byte[] content = files.get(path);
      if (content == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      exchange.sendResponseHeaders(200, content.length);
      boolean breaksOff = path.endsWith(".zip") && (cut || stalls);
      exchange.getResponseBody().write(content, 0, breaksOff ? content.length / 2 : content.length);
      exchange.getResponseBody().flush();
      if (breaksOff) {
        halfSent.countDown();
        if (stalls) {
          awaitEnd();
        }
      }
    }
  }

  private void awaitEnd() {
    try {
      goOn.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    goOn.countDown();
    server.stop(0);
    threads.close();
  }
}
