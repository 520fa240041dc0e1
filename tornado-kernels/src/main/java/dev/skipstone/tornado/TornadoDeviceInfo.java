package dev.skipstone.tornado;

import dev.skipstone.runtime.pass.Device;
import dev.skipstone.tornado.kernel.DeviceTraits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/**
 * A device that TornadoVM offers.
 *
 * @param index among all of them, driver by driver
 * @param driver the name of its driver, such as OpenCL
 */
record TornadoDeviceInfo(int index, String driver, TornadoDevice device) {

  /** Every device of every driver. */
  static List<TornadoDeviceInfo> all() {
    TornadoRuntime runtime = TornadoRuntimeProvider.getTornadoRuntime();
    List<TornadoDeviceInfo> all = new ArrayList<>();
    for (int i = 0; i < runtime.getNumBackends(); i++) {
      TornadoBackend backend = runtime.getBackend(i);
      for (int k = 0; k < backend.getNumDevices(); k++) {
        all.add(new TornadoDeviceInfo(all.size(), backend.getName(), backend.getDevice(k)));
      }
    }
    return all;
  }

  /** Whether this is a plain JVM that stands in for a device. */
  boolean isHost() {
    return device.getTornadoVMBackend() == TornadoVMBackendType.JAVA;
  }

  DeviceTraits traits() {
    return DeviceTraits.of(device);
  }

  /** For people. */
  String name() {
    return device.getPhysicalDevice().getDeviceName().strip() + ", " + driver;
  }

  /** Bytes that it has. */
  long memory() {
    return device.getMaxGlobalMemory();
  }

  /** Bytes that one array may have. */
  long largestArray() {
    return device.getMaxAllocMemory();
  }

  /**
   * @param problem why it can't be used; null where it can
   */
  Device describe(String backend, String problem) {
    return new Device(backend, index, name(), memory(), features(), problem);
  }

  private List<String> features() {
    DeviceTraits traits = traits();
    List<String> features = new ArrayList<>();
    features.add(device.getDeviceType().name().toLowerCase(Locale.ROOT));
    if (traits.half()) {
      features.add("half");
    }
    if (traits.matrixFragments()) {
      features.add("matrix-fragments");
    }
    features.add("largest-array-" + largestArray());
    features.add("largest-group-" + traits.maxGroupSize());
    return features;
  }
}
