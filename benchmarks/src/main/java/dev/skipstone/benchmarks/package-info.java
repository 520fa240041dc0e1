/**
 * What the {@code bench} command runs: {@link dev.skipstone.benchmarks.PassBenchmark} and {@link
 * dev.skipstone.benchmarks.DecodeBenchmark} give {@link dev.skipstone.benchmarks.BenchResult}s,
 * which a {@link dev.skipstone.benchmarks.BenchReport} shows beside the {@link
 * dev.skipstone.benchmarks.Environment} they were measured in. The JMH micro-benchmarks are in
 * {@code dev.skipstone.benchmarks.jmh}.
 */
package dev.skipstone.benchmarks;
