package uk.ac.manchester.tornado.api.exceptions;

import java.io.Serial;

/** A task is wrong, or its execution failed. */
public class TornadoTaskRuntimeException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public TornadoTaskRuntimeException(String message) {
    super(message);
  }

  public TornadoTaskRuntimeException(String message, Exception cause) {
    super(message, cause);
  }
}
