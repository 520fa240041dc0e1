/**
 * The CPU backend: passes on the JVM's Vector API.
 *
 * <p>Weights are repacked once into tiles of interleaved output rows: a vector's lanes are output
 * rows, so that no product needs a horizontal sum, and a tile's block of 32 columns is unpacked
 * once to a small buffer that all rows of activations then use. What one output is made of, and in
 * which order, depends on neither the number of rows beside it nor the tile size nor the number of
 * threads: kernels are batch-invariant, and speculative decoding gives the bits of plain decoding.
 * For the same reason nothing here uses a vector operation whose result may differ between
 * interpreted and compiled code (sums across lanes, transcendental functions).
 */
package dev.skipstone.runtime.cpu;
