package dev.skipstone.tests.wrong.sdk;

/** Stands for TornadoVM. */
public interface TaskGraph {}
