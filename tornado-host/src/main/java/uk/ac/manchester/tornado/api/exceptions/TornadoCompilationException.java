package uk.ac.manchester.tornado.api.exceptions;

import java.io.Serial;

/** A kernel could not be compiled. */
public class TornadoCompilationException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public TornadoCompilationException(String message) {
    super(message);
  }
}
