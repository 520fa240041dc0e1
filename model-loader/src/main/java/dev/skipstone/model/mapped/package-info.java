/** Access to the values of files that are mapped, whatever their format. */
package dev.skipstone.model.mapped;
