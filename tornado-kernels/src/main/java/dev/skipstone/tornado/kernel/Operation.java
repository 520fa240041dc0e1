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

  /** The first variant that works there. */
  public Optional<KernelVariant<A>> find(DeviceTraits device, A arguments) {
    return variants.stream()
        .filter(variant -> variant.groupSize() <= device.maxGroupSize())
        .filter(variant -> variant.accepts().test(device, arguments))
        .findFirst();
  }
}
