/**
 * A program that breaks each rule of {@link dev.skipstone.tests.ArrowRules}, to show that they can
 * fail.
 */
package dev.skipstone.tests.wrong;
