package dev.skipstone.tests.wrong.tornado;

/** Stands for TornadoVM. */
public interface TaskGraph {}
