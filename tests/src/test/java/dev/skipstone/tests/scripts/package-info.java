/** The shell scripts of the repository, run in folders of their own. */
package dev.skipstone.tests.scripts;
