package dev.skipstone.runtime.pass;

import java.util.List;
import java.util.ServiceLoader;

/** Executes passes on a kind of device; found with {@link ServiceLoader}. */
public interface Backend {
  /** Name on the command line. */
  String name();

  /** Devices of this kind, those included that don't work here. */
  List<Device> devices();

  /** Every backend on the class path. */
  static List<Backend> all() {
    return ServiceLoader.load(Backend.class).stream().map(ServiceLoader.Provider::get).toList();
  }
}
