/**
 * Float32 arithmetic of training on a CPU: matrix products and row operations with the Vector API,
 * and the threads that share them out. Every result is the same bits whatever the number of threads
 * and whoever of them computes it, so that a resumed training ends where an uninterrupted one does.
 */
package dev.skipstone.adapt.math;
