/** What checks kernels on whichever implementation of TornadoVM's API is on the class path. */
package dev.skipstone.tornado.testing;
