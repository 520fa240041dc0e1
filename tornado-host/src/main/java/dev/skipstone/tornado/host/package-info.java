/**
 * Executes task graphs and kernels on a plain JVM.
 *
 * <p>A plan's {@link dev.skipstone.tornado.host.PlanExecutor} holds a device buffer for each object
 * of each graph and hands kernels to an {@link dev.skipstone.tornado.host.Engine}. A kernel is
 * found behind its method reference, and where it has barriers or is to be watched, its methods are
 * written anew: each can leave at a barrier and go on later, so that one thread runs a whole work
 * group. What TornadoVM's API needs of all this lies in {@code uk.ac.manchester.tornado.api}, which
 * holds nothing else.
 */
package dev.skipstone.tornado.host;
