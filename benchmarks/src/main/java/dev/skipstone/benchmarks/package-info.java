/**
 * What the {@code bench} command runs: {@link dev.skipstone.benchmarks.PassBenchmark}, {@link
 * dev.skipstone.benchmarks.ContextBenchmark} and {@link dev.skipstone.benchmarks.DecodeBenchmark}
 * give {@link dev.skipstone.benchmarks.BenchResult}s, which a {@link
 * dev.skipstone.benchmarks.BenchReport} shows beside the {@link
 * dev.skipstone.benchmarks.Environment} they were measured in, and a {@link
 * dev.skipstone.benchmarks.Baseline} compares with earlier ones. Other engines are in {@code
 * dev.skipstone.benchmarks.peers}, the machine's limits in {@code
 * dev.skipstone.benchmarks.roofline}, JMH micro-benchmarks in {@code dev.skipstone.benchmarks.jmh}.
 */
package dev.skipstone.benchmarks;
