/** JSON files beside a model, read whole and with errors that name the place. */
package dev.skipstone.model.json;
