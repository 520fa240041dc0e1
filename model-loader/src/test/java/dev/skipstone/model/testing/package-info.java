/** Writers of small and of broken model files, for the tests of every module. */
package dev.skipstone.model.testing;
