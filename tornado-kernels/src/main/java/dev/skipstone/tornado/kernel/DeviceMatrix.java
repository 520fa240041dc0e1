package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A matrix of each of some layers, as {@link Encoding} lays it out.
 *
 * @param encoding one of Encoding's
 * @param rows of one layer's matrix
 * @param words [layers * rows][columns / 2^encoding]; one that is not used where there are none
 * @param floats scales [layers * rows][columns / 32], scales and minima [layers * rows][columns /
 *     32][2], or weights [layers * rows][columns]; one that is not used where there are none
 */
public record DeviceMatrix(
    int encoding, int rows, int columns, IntArray words, FloatArray floats) {}
