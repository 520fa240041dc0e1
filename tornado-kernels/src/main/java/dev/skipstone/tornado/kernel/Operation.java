package dev.skipstone.tornado.kernel;

import java.util.List;
import java.util.Optional;

/**
 * Something that a pass computes, with the kernels that can do it.
 *
 * @param variants the ones to prefer first
 */
public record Operation<A extends Arguments>(String name, List<KernelVariant<A>> variants) {
  public Operation {
    variants = List.copyOf(variants);
  }

  /**
   * The variant to use: the first that the profile prefers and that works, else the first that
   * suits the device; none where the operation is to be done in parts.
   */
  public Optional<KernelVariant<A>> find(DeviceTraits device, KernelProfile profile, A arguments) {
    if (profile.takesApart(name)) {
      return Optional.empty();
    }
    List<KernelVariant<A>> working =
        variants.stream()
            .filter(variant -> variant.groupSize() <= device.maxGroupSize())
            .filter(variant -> variant.runsOn().test(device))
            .filter(variant -> variant.accepts().test(arguments))
            .toList();
    return profile.preferred(name).stream()
        .flatMap(preferred -> working.stream().filter(v -> v.name().equals(preferred)))
        .findFirst()
        .or(() -> working.stream().filter(v -> v.suits().test(device, arguments)).findFirst());
  }
}
