/**
 * JMH micro-benchmarks. From the repository's root:
 *
 * <pre>{@code
 * mvn -q -DskipTests package
 * java --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
 *   -cp "cli/target/lib/*" org.openjdk.jmh.Main TokenizerBenchmark
 * }</pre>
 *
 * {@code -l} lists the benchmarks, {@code -f 0} runs one in the same process, {@code -p model=FILE}
 * takes another model, {@code -prof gc} shows what is allocated.
 */
package dev.skipstone.benchmarks.jmh;
