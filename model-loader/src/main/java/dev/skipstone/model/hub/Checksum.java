package dev.skipstone.model.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The checksum by which the hub names content: SHA-256 for large files, and for small ones git's
 * SHA-1 of a header and the content.
 *
 * @param text lower-case hexadecimal digits, 64 or 40 of them
 */
record Checksum(String text) {
  private static final int BUFFER = 1 << 16;

  Checksum {
    if (!text.matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
      throw new HubException("the hub gave no checksum that is known here: '%s'".formatted(text));
    }
  }

  /** Whether a file has the checksum. */
  boolean isOf(Path file) throws IOException {
    MessageDigest digest = digest(text.length() == 64 ? "SHA-256" : "SHA-1");
    if (text.length() == 40) {
      digest.update("blob %d\0".formatted(Files.size(file)).getBytes(StandardCharsets.US_ASCII));
    }
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    return HexFormat.of().formatHex(digest.digest()).equals(text);
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(algorithm + " is in every JDK", e);
    }
  }
}
