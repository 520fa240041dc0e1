package dev.skipstone.tornado.host;

/** A kernel that is ready to run. */
record Kernel(KernelMethod method, KernelBody body) {}
