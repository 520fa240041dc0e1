/**
 * Finds faults in kernels and task graphs; {@link
 * dev.skipstone.tornado.host.sanitizer.KernelSanitizer} is the way in.
 *
 * <p>Kernels are instrumented so that each access to an array asks the work item's monitor first.
 * For each element of a launch's arrays, {@code AccessHistory} knows who accessed it since the last
 * barrier, as in the FastTrack race detector (Flanagan and Freund, 2009), where barriers are the
 * only order. For each element of each copy of an array, {@code Replica} knows its version, from
 * which missing transfers show.
 */
package dev.skipstone.tornado.host.sanitizer;
