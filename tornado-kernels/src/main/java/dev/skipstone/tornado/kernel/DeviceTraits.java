package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/**
 * What the choice of a kernel depends on.
 *
 * @param groupsShareWork whether the work-items of a group run side by side, as on a GPU, so that
 *     reductions in local memory pay
 * @param maxGroupSize most work-items of a group
 * @param half whether kernels can read float16 numbers
 * @param matrixFragments whether kernels can multiply matrix fragments
 */
public record DeviceTraits(
    boolean groupsShareWork, int maxGroupSize, boolean half, boolean matrixFragments) {
  private static final String HALF_EXTENSION = "cl_khr_fp16";

  /** What a device says. TornadoVM's API does not tell a device's compute capability. */
  public static DeviceTraits of(TornadoDevice device) {
    TornadoVMBackendType type = device.getTornadoVMBackend();
    boolean nvidia = type == TornadoVMBackendType.PTX || type == TornadoVMBackendType.CUDA;
    boolean host = type == TornadoVMBackendType.JAVA;
    return new DeviceTraits(
        device.getDeviceType() == TornadoDeviceType.GPU,
        // What is called the largest group is PTX's largest grid.
        device.getPhysicalDevice().getMaxThreadsPerBlock(),
        nvidia || host || hasHalfExtension(device),
        nvidia || host);
  }

  private static boolean hasHalfExtension(TornadoDevice device) {
    return device.getTornadoVMBackend() == TornadoVMBackendType.OPENCL
        && device.getPhysicalDevice().getDeviceInfo().contains(HALF_EXTENSION);
  }
}
