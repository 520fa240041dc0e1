/**
 * Other engines beside Skipstone: a {@link dev.skipstone.benchmarks.peers.Peer} answers prompts of
 * token ids, in a process of its own or, for Skipstone, in this one; a {@link
 * dev.skipstone.benchmarks.peers.PeerBenchmark} lets them answer in turns.
 */
package dev.skipstone.benchmarks.peers;
