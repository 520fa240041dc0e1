/**
 * The TornadoVM backend: a model's weights packed for a device, a few task graphs that every pass
 * is made of, and what runs them. See the module's README.
 */
package dev.skipstone.tornado;
