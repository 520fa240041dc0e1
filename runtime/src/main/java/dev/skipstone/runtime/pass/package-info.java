/** Forward passes: what to compute ({@code Pass}), where ({@code Backend}), and on what state. */
package dev.skipstone.runtime.pass;
