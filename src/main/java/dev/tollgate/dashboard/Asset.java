package dev.tollgate.dashboard;

/**
 * A file of the page.
 *
 * @param mediaType its media type
 * @param etag changes with the page; no file of it changes without
 * @param immutable whether its address names the version, so that browsers need never ask again
 */
public record Asset(String mediaType, String text, String etag, boolean immutable) {}
