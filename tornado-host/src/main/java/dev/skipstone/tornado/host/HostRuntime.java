package dev.skipstone.tornado.host;

import java.util.List;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoBackendNotFound;
import uk.ac.manchester.tornado.api.exceptions.TornadoDeviceNotFound;

/** The only runtime here: one backend with one device, this JVM. */
public enum HostRuntime implements TornadoRuntime, TornadoBackend {
  INSTANCE;

  @Override
  public TornadoBackend getBackend(int index) {
    if (index != 0) {
      throw new TornadoBackendNotFound("there is one backend, and no number " + index);
    }
    return this;
  }

  @Override
  public TornadoVMBackendType getBackendType(int index) {
    return getBackend(index).getBackendType();
  }

  @Override
  public int getNumBackends() {
    return 1;
  }

  @Override
  public TornadoDevice getDefaultDevice() {
    return HostDevice.INSTANCE;
  }

  @Override
  public int getNumDevices() {
    return 1;
  }

  @Override
  public TornadoDevice getDevice(int index) {
    if (index != 0) {
      throw new TornadoDeviceNotFound("there is one device, and no number " + index);
    }
    return HostDevice.INSTANCE;
  }

  @Override
  public List<TornadoDevice> getAllDevices() {
    return List.of(HostDevice.INSTANCE);
  }

  @Override
  public TornadoDeviceType getTypeDefaultDevice() {
    return TornadoDeviceType.CPU;
  }

  @Override
  public String getName() {
    return "host";
  }

  @Override
  public int getNumPlatforms() {
    return 1;
  }

  @Override
  public TornadoVMBackendType getBackendType() {
    return TornadoVMBackendType.JAVA;
  }

  private enum HostDevice implements TornadoDevice, TornadoTargetDevice {
    INSTANCE;

    private static final int LARGEST_GROUP = 1024;
    private static final long LOCAL_BYTES = 48 << 10;

    @Override
    public String getDeviceName() {
      return "JVM";
    }

    @Override
    public String getDescription() {
      return "plain JVM, no TornadoVM";
    }

    @Override
    public String getPlatformName() {
      return System.getProperty("java.vm.name");
    }

    @Override
    public TornadoTargetDevice getPhysicalDevice() {
      return this;
    }

    @Override
    public TornadoDeviceType getDeviceType() {
      return TornadoDeviceType.CPU;
    }

    @Override
    public long getMaxAllocMemory() {
      return Integer.MAX_VALUE;
    }

    @Override
    public long getMaxGlobalMemory() {
      return Runtime.getRuntime().maxMemory();
    }

    @Override
    public long getDeviceLocalMemorySize() {
      return LOCAL_BYTES;
    }

    @Override
    public long[] getDeviceMaxWorkgroupDimensions() {
      return new long[] {LARGEST_GROUP, LARGEST_GROUP, LARGEST_GROUP};
    }

    @Override
    public String getDeviceOpenCLCVersion() {
      return "none";
    }

    @Override
    public String getDeviceInfo() {
      return getDescription();
    }

    @Override
    public int getBackendIndex() {
      return 0;
    }

    @Override
    public int getAvailableProcessors() {
      return Runtime.getRuntime().availableProcessors();
    }

    @Override
    public TornadoVMBackendType getTornadoVMBackend() {
      return TornadoVMBackendType.JAVA;
    }

    @Override
    public boolean isSPIRVSupported() {
      return false;
    }

    @Override
    public long getDeviceGlobalMemorySize() {
      return getMaxGlobalMemory();
    }

    @Override
    public int getDeviceMaxComputeUnits() {
      return getAvailableProcessors();
    }

    @Override
    public long[] getDeviceMaxWorkItemSizes() {
      return getDeviceMaxWorkgroupDimensions();
    }

    @Override
    public long[] getDeviceMaxWorkGroupSize() {
      return new long[] {LARGEST_GROUP};
    }

    @Override
    public int getMaxThreadsPerBlock() {
      return LARGEST_GROUP;
    }

    @Override
    public long getDeviceMaxAllocationSize() {
      return getMaxAllocMemory();
    }
  }
}
