/**
 * Skipstone's engine and its Java API: {@link dev.skipstone.runtime.Engine} loads a model, {@link
 * dev.skipstone.runtime.Session} holds one conversation's token history and KV cache, {@link
 * dev.skipstone.runtime.Generation} is one answer being decoded.
 */
package dev.skipstone.runtime;
