package dev.tollgate.dashboard;

/**
 * A file of the dashboard.
 *
 * @param mediaType its media type
 * @param etag the version of the dashboard, which changes with any file
 * @param immutable whether the URL contains the version, so that browsers can cache it forever
 */
public record Asset(String mediaType, String text, String etag, boolean immutable) {}
