/**
 * The transformer's kernels, and the registry that says which there are and where each works. A
 * kernel is a public static method over TornadoVM's arrays that calls nothing TornadoVM can't
 * compile; what that is stands in {@code doc/tornadovm-limits.md}.
 */
package dev.skipstone.tornado.kernel;
