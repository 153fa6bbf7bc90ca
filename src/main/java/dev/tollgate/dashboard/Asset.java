package dev.tollgate.dashboard;

/**
 * A file of the page.
 *
 * @param type its media type
 * @param tag changes with the page; no file of it changes without
 * @param kept whether its address names the version, so that browsers need never ask again
 */
public record Asset(String type, String text, String tag, boolean kept) {}
