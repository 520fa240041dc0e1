package uk.ac.manchester.tornado.api.runtime;

import dev.skipstone.tornado.host.HostRuntime;
import uk.ac.manchester.tornado.api.TornadoRuntime;

/** Finds the runtime. */
public class TornadoRuntimeProvider {
  private TornadoRuntimeProvider() {}

  public static TornadoRuntime getTornadoRuntime() {
    return HostRuntime.INSTANCE;
  }
}
