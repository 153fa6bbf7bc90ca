package dev.tollgate.secret;

/** A user of a database. */
public record Credentials(String user, String password) {
  @Override
  public String toString() {
    return user + " with a password";
  }
}
