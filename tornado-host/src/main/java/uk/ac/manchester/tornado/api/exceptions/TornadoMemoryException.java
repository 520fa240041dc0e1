package uk.ac.manchester.tornado.api.exceptions;

import java.io.Serial;

/** The memory limit does not allow an allocation. */
public class TornadoMemoryException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public TornadoMemoryException(String message) {
    super(message);
  }
}
