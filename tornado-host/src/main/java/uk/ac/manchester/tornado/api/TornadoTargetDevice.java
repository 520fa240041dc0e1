package uk.ac.manchester.tornado.api;

/** What a device can hold and run; sizes in bytes. */
public interface TornadoTargetDevice {
  String getDeviceName();

  long getDeviceGlobalMemorySize();

  long getDeviceLocalMemorySize();

  int getDeviceMaxComputeUnits();

  long[] getDeviceMaxWorkItemSizes();

  long[] getDeviceMaxWorkGroupSize();

  int getMaxThreadsPerBlock();

  long getDeviceMaxAllocationSize();

  String getDeviceInfo();
}
