import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** Started by setup-tornado.sh, from its source: prints the devices that TornadoVM sees, one a line. */
class TornadoDevices {
  public static void main(String[] args) {
    try {
      list();
    } catch (Throwable failure) {
      Throwable cause = failure;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      System.out.println(cause);
      System.exit(1);
    }
  }

  private static void list() {
    var runtime = TornadoRuntimeProvider.getTornadoRuntime();
    for (int backend = 0; backend < runtime.getNumBackends(); backend++) {
      String type = runtime.getBackendType(backend).toString();
      for (int index = 0; index < runtime.getBackend(backend).getNumDevices(); index++) {
        var device = runtime.getBackend(backend).getDevice(index).getPhysicalDevice();
        // Only OpenCL has devices without half precision, and it lists what they have.
        boolean half = !type.equals("OPENCL") || device.getDeviceInfo().contains("cl_khr_fp16");
        System.out.printf(
            "  %s %d:%d  %s, %.1f GiB%s%n",
            type,
            backend,
            index,
            device.getDeviceName().strip(),
            device.getDeviceGlobalMemorySize() / 0x1p30,
            half ? "" : ", without cl_khr_fp16: kernels with native half do not run on it");
      }
    }
  }
}
