package dev.skipstone.runtime.pass;

/** A device failed: its driver, or a kernel that does not compile or run there. */
public final class DeviceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An exception with one line for people.
   *
   * @param device name of the device
   * @param problem what went wrong, and what to do
   */
  public DeviceException(String device, String problem, Throwable cause) {
    super("%s: %s".formatted(device, problem), cause);
  }
}
