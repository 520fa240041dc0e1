package dev.skipstone.tornado.host;

/** Watches one work item; what it is told depends on the kernel's {@link Instrumentation}. */
public interface ItemMonitor {}
