package uk.ac.manchester.tornado.api.exceptions;

import java.io.Serial;

/** A kernel uses half floats on a device without them. */
public class TornadoDeviceFP16NotSupported extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public TornadoDeviceFP16NotSupported(String message) {
    super(message);
  }
}
