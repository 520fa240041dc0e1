/**
 * The draft path of a transformer with its derivatives, written by hand: an operation a class, with
 * a {@code forward} and a {@code backward}. Rows are [row][channel], one row behind the other; a
 * gradient has the shape of what it belongs to. Operations keep what their backward needs, and
 * allocate nothing once they are made.
 */
package dev.skipstone.adapt.layer;
