package dev.skipstone.tornado.host;

import java.util.List;

/**
 * A kernel that is ready to run.
 *
 * @param sites lines of its source, which its instructions name by their index
 * @param hasBarriers whether it needs a {@link Flow}
 */
public record CompiledKernel(
    KernelMethod method, KernelBody body, List<Site> sites, boolean hasBarriers) {}
