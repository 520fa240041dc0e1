package dev.skipstone.tornado.kernel;

import java.util.List;
import java.util.Map;

/**
 * Which kernels to prefer on a device, as measured there or chosen by hand.
 *
 * <p>For drafting to be lossless, the kernels that project passes of one row and of a few have to
 * sum in the same order: all by item, all by group, or all by fragments of one name. What projects
 * also decides how weights lie on the device: in vectors where such a kernel is preferred, and
 * float16 as words where kernels are preferred and none of them is for native half.
 *
 * @param variants names of variants for an operation's name, the best first; none for one that is
 *     to be done in parts, such as "norm and project" by a norm and a projection
 */
public record KernelProfile(Map<String, List<String>> variants) {
  /** Prefers nothing. */
  public static final KernelProfile NONE = new KernelProfile(Map.of());

  public KernelProfile {
    variants = Map.copyOf(variants);
  }

  /** Whether an operation that fuses others is to be done by those. */
  boolean takesApart(String operation) {
    List<String> named = variants.get(operation);
    return named != null && named.isEmpty();
  }

  List<String> preferred(String operation) {
    return variants.getOrDefault(operation, List.of());
  }
}
