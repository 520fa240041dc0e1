package dev.skipstone.tornado;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.tornado.kernel.KernelProfile;
import dev.skipstone.tornado.kernel.KernelRegistry;
import dev.skipstone.tornado.kernel.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads kernel profiles: JSON, {@code {"variants": {"attend": ["attendByItem"], …}}}. */
final class KernelProfiles {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private KernelProfiles() {}

  /**
   * The profile in a file.
   *
   * @param file its name; null stands for no profile
   * @throws IllegalArgumentException if the file can't be read, or names what is not registered
   */
  static KernelProfile read(String file) {
    if (file == null) {
      return KernelProfile.NONE;
    }
    try {
      KernelProfile profile = MAPPER.readValue(Path.of(file).toFile(), KernelProfile.class);
      profile.variants().forEach((name, variants) -> check(file, name, variants));
      checkFused(file, profile);
      return profile;
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "kernel profile %s is not as expected: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "kernel profile %s can't be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static void check(String file, String name, List<String> variants) {
    Map<String, ? extends Operation<?>> operations = KernelRegistry.byName();
    Operation<?> operation = operations.get(name);
    if (operation == null) {
      throw new IllegalArgumentException(
          "kernel profile %s: there is no operation '%s', only %s"
              .formatted(file, name, String.join(", ", operations.keySet())));
    }
    if (variants.isEmpty() && !KernelRegistry.fused().contains(name)) {
      throw new IllegalArgumentException(
          "kernel profile %s: '%s' names no kernel, and can't be done in parts; only %s can"
              .formatted(file, name, String.join(", ", KernelRegistry.fused())));
    }
    for (String variant : variants) {
      List<String> known = operation.variants().stream().map(v -> v.name()).toList();
      if (!known.contains(variant)) {
        throw new IllegalArgumentException(
            "kernel profile %s: '%s' has no kernel %s, only %s"
                .formatted(file, name, variant, String.join(", ", known)));
      }
    }
  }

  private static void checkFused(String file, KernelProfile profile) {
    List<String> fused = KernelRegistry.fusedBesideFragments(profile);
    if (!fused.isEmpty()) {
      throw new IllegalArgumentException(
          ("kernel profile %s: fragments sum in an order of their own, so that drafting would not"
                  + " be lossless beside fused kernels; add %s")
              .formatted(
                  file,
                  fused.stream()
                      .map(operation -> "\"%s\": []".formatted(operation))
                      .collect(Collectors.joining(", "))));
    }
  }
}
