package dev.skipstone.tornado.host;

/** A kernel with its parameters in one array. */
public interface KernelBody {
  void run(Object[] arguments);
}
