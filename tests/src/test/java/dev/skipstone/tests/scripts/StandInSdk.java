package dev.skipstone.tests.scripts;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * An archive laid out as those of TornadoVM's releases, with a stand-in for the part of its API
 * that lists devices.
 *
 * @param version as in {@code etc/tornado.release}
 * @param backend as in {@code etc/tornado.backend}
 * @param library the native library's name
 * @param devices a device's description a line, or {@code throw} and what listing them fails with
 */
record StandInSdk(String version, String backend, String library, String devices) {
  private static final String PROVIDER =
      "uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider";

  private static final String PROVIDER_SOURCE =
      """
      package uk.ac.manchester.tornado.api.runtime;

      import java.io.IOException;
      import java.io.UncheckedIOException;
      import java.nio.file.Files;
      import java.nio.file.Path;
      import java.util.List;

      public final class TornadoRuntimeProvider {
        public record Device(String info) {
          public Device getPhysicalDevice() { return this; }
          public String getDeviceInfo() { return info; }
          public String getDeviceName() { return info.split(",")[0] + " "; }
          public long getDeviceGlobalMemorySize() { return 3L << 29; }
        }

        public record Backend(List<String> devices) {
          public int getNumDevices() { return devices.size(); }
          public Device getDevice(int index) { return new Device(devices.get(index)); }
        }

        public record Runtime(Backend backend, String type) {
          public int getNumBackends() { return 1; }
          public Backend getBackend(int index) { return backend; }
          public String getBackendType(int index) { return type; }
        }

        public static Runtime getTornadoRuntime() {
          try {
            return read();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }

        private static Runtime read() throws IOException {
          Path sdk = Path.of(System.getProperty("java.library.path")).getParent();
          List<String> devices = Files.readAllLines(sdk.resolve("devices"));
          if (!devices.isEmpty() && devices.get(0).startsWith("throw ")) {
            throw new IllegalStateException(new Error(devices.get(0).substring(6)));
          }
          String backend = Files.readString(sdk.resolve("etc/tornado.backend"));
          return new Runtime(new Backend(devices), backend.contains("ptx") ? "PTX" : "OPENCL");
        }
      }
      """;

  private static byte[] api;

  static StandInSdk sdk() {
    return new StandInSdk(
        "5.2.0-jdk25", "opencl", "libtornado-opencl.so", "A processor, cl_khr_fp64\n");
  }

  StandInSdk withVersion(String other) {
    return new StandInSdk(other, backend, library, devices);
  }

  StandInSdk withBackend(String other) {
    return new StandInSdk(version, other, library, devices);
  }

  StandInSdk withLibrary(String other) {
    return new StandInSdk(version, backend, other, devices);
  }

  StandInSdk withDevices(String other) {
    return new StandInSdk(version, backend, library, other);
  }

  /**
   * The name that the archive of that backend has in the project's releases for Linux on x86-64.
   */
  String archiveName() {
    return "tornadovm-5.2.0-jdk25-" + backend + "-linux-amd64.zip";
  }

  byte[] archive() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : files().entrySet()) {
        ZipEntry entry = new ZipEntry("tornadovm-" + version + "-" + backend + "/" + file.getKey());
        entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0)); // the same bytes each time
        zip.putNextEntry(entry);
        zip.write(file.getValue());
      }
    }
    return bytes.toByteArray();
  }

  /** Writes the SDK as it is after unpacking. */
  Path unpack(Path folder) throws IOException {
    for (Map.Entry<String, byte[]> file : files().entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    return folder;
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  private Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("bin/tornado", text("#!/bin/sh\necho stand-in\n"));
    files.put("devices", text(devices));
    files.put("etc/tornado.backend", text("tornado.backends=" + backend + "-backend\n"));
    files.put("etc/tornado.release", text("version=" + version + "\nbranch=UNKNOWN\n"));
    files.put("lib/" + library, text("a library"));
    files.put("share/java/tornado/tornado-api-" + version + ".jar", api());
    files.put(
        "tornado-argfile.template",
        text(
            """
            # === JVM mode and memory settings ===
            -server
            --enable-preview
            -XX:+UseParallelGC

            -Djava.library.path=${TORNADOVM_HOME}/lib
            --module-path .:${TORNADOVM_HOME}/share/java/tornado
            --add-modules ALL-SYSTEM,tornado.api
            """));
    return files;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static synchronized byte[] api() throws IOException {
    if (api == null) {
      Path classes = Files.createTempDirectory("stand-in-api");
      try {
        compile(classes);
        api = jar(classes);
      } finally {
        delete(classes);
      }
    }
    return api.clone();
  }

  private static void compile(Path classes) {
    JavaFileObject source =
        new SimpleJavaFileObject(
            URI.create("string:///" + PROVIDER.replace('.', '/') + ".java"),
            JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return PROVIDER_SOURCE;
          }
        };
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options = List.of("-d", classes.toString());
    if (!compiler.getTask(null, null, null, options, null, List.of(source)).call()) {
      throw new IllegalStateException("the stand-in for TornadoVM's API does not compile");
    }
  }

  private static byte[] jar(Path classes) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Automatic-Module-Name", "tornado.api");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes, manifest);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        jar.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
        Files.copy(file, jar);
      }
    }
    return bytes.toByteArray();
  }

  private static void delete(Path folder) throws IOException {
    List<Path> paths = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files.forEach(paths::add);
    }
    for (Path path : paths.reversed()) {
      Files.delete(path);
    }
  }
}
