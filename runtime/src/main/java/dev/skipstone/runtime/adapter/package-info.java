/**
 * Draft adapters: trained extras that act on the draft path only. {@link
 * dev.skipstone.runtime.adapter.DraftAdapter} is one in a file, whose format it documents; bound to
 * a model it becomes {@link dev.skipstone.runtime.pass.AdapterWeights}, which backends execute.
 */
package dev.skipstone.runtime.adapter;
