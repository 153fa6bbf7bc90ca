package dev.tollgate.local.chaos;

/**
 * Some callers with a key of their own.
 *
 * @param secret a word that only this team's questions hold
 */
record Team(String name, String key, String user, String secret) {}
