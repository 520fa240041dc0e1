package dev.skipstone.tests.wrong.runtime;

/** A name that says nothing. */
interface KernelHelper {}
