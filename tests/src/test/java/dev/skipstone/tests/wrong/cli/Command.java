package dev.skipstone.tests.wrong.cli;

/** What modules below must not name. */
public interface Command {}
