package dev.skipstone.model.hub;

import java.net.URI;

/**
 * A file on the hub.
 *
 * @param name in the repository
 * @param content where its content is
 * @param size bytes
 * @param checksum of the content
 */
record RemoteFile(String name, URI content, long size, Checksum checksum) {}
