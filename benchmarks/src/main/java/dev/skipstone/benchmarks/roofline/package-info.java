/**
 * How near a model's passes come to what the machine can do: its {@link
 * dev.skipstone.benchmarks.roofline.MachinePeak}s, and the {@link
 * dev.skipstone.benchmarks.roofline.PassPart}s that a pass is made of, with the bytes they read and
 * the operations they take.
 */
package dev.skipstone.benchmarks.roofline;
