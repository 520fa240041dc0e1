package uk.ac.manchester.tornado.api.exceptions;

import java.io.Serial;

/** A kernel uses doubles on a device without them. */
public class TornadoDeviceFP64NotSupported extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public TornadoDeviceFP64NotSupported(String message) {
    super(message);
  }
}
