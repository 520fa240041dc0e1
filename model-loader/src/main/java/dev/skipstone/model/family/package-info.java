/**
 * The families of models that are known, as data, and what reading them has in common whatever the
 * files' format. A new family is an entry in {@link dev.skipstone.model.family.Families}.
 */
package dev.skipstone.model.family;
