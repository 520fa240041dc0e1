package dev.skipstone.tornado.kernel;

import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** Puts variants together: where they work, where they are taken, and their grids. */
final class Variants {
  /** Work-items of a group of a kernel that needs no groups. */
  private static final int ITEMS = 64;

  private Variants() {}

  static boolean onAny(DeviceTraits device) {
    return true;
  }

  static boolean always(Arguments arguments) {
    return true;
  }

  static boolean anywhere(DeviceTraits device, Arguments arguments) {
    return true;
  }

  static boolean groupsShareWork(DeviceTraits device, Arguments arguments) {
    return device.groupsShareWork();
  }

  static boolean groupsShareWorkOnOneRow(DeviceTraits device, Arguments arguments) {
    return device.groupsShareWork() && arguments.most() == 1;
  }

  static boolean groupsShareNoWork(DeviceTraits device, Arguments arguments) {
    return !device.groupsShareWork();
  }

  static <A extends Arguments> KernelVariant<A> byItem(
      String name,
      Predicate<A> accepts,
      BiPredicate<DeviceTraits, A> suits,
      ToIntFunction<A> items,
      KernelVariant.Task<A> task) {
    return new KernelVariant<>(
        name, Variants::onAny, accepts, suits, a -> tiles(items.applyAsInt(a), ITEMS), ITEMS, task);
  }

  static <A extends Arguments> KernelVariant<A> byGroup(
      String name,
      Predicate<A> accepts,
      BiPredicate<DeviceTraits, A> suits,
      ToIntFunction<A> groups,
      int size,
      KernelVariant.Task<A> task) {
    return new KernelVariant<>(name, Variants::onAny, accepts, suits, groups, size, task);
  }

  /** A kernel for devices that have what it needs. */
  static <A extends Arguments> KernelVariant<A> on(
      Predicate<DeviceTraits> needed, KernelVariant<A> kernel) {
    return new KernelVariant<>(
        kernel.name(),
        needed,
        kernel.accepts(),
        kernel.suits(),
        kernel.groups(),
        kernel.groupSize(),
        kernel.task());
  }

  static int tiles(int count, int size) {
    return (count + size - 1) / size;
  }
}
