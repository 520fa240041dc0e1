package dev.skipstone.tornado.kernel;

/**
 * What the choice of a kernel depends on.
 *
 * @param groupsShareWork whether the work-items of a group run side by side, as on a GPU, so that
 *     reductions in local memory pay
 * @param maxGroupSize most work-items of a group
 */
public record DeviceTraits(boolean groupsShareWork, int maxGroupSize) {}
