package uk.ac.manchester.tornado.api.common;

import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** A device that runs tasks; sizes in bytes. */
public interface TornadoDevice {
  String getDeviceName();

  String getDescription();

  String getPlatformName();

  TornadoTargetDevice getPhysicalDevice();

  TornadoDeviceType getDeviceType();

  long getMaxAllocMemory();

  long getMaxGlobalMemory();

  long getDeviceLocalMemorySize();

  /** The largest group along x, y and z. */
  long[] getDeviceMaxWorkgroupDimensions();

  String getDeviceOpenCLCVersion();

  Object getDeviceInfo();

  int getBackendIndex();

  int getAvailableProcessors();

  TornadoVMBackendType getTornadoVMBackend();

  boolean isSPIRVSupported();
}
