package dev.skipstone.tornado.host;

/** Runs kernels. */
interface Launcher {
  /** Runs a kernel for each work item; without a range, once. */
  void launch(String task, CompiledKernel kernel, Object[] arguments, NdRange range);
}
