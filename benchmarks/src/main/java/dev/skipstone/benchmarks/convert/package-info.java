/**
 * Copies of a model file with its matrices in another type, to measure a model in several types:
 * {@link dev.skipstone.benchmarks.convert.Requantizer}.
 */
package dev.skipstone.benchmarks.convert;
