/**
 * Models from the Hugging Face hub: what is pulled lies in that hub's usual cache, where other
 * programs find it and Skipstone finds theirs.
 */
package dev.skipstone.model.hub;
