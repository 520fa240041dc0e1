/** Micro-benchmarks and the benchmark launcher. */
package dev.skipstone.benchmarks;
