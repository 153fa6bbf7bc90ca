package dev.tollgate.secret;

/** User and password of a database. */
public record Credentials(String user, String password) {
  @Override
  public String toString() {
    return user + " with a password";
  }
}
