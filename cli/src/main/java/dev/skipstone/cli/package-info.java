/** The skipstone command: one class a command. */
package dev.skipstone.cli;
