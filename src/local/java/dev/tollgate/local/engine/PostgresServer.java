package dev.tollgate.local.engine;

import dev.tollgate.local.process.ChildProcesses;
import dev.tollgate.local.process.InheritedVariables;
import dev.tollgate.local.process.TerminationSignal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.postgresql.Driver;

/**
 * A PostgreSQL server with the database {@code tollgate}, owned by a role of that name. As on
 * Aurora, that role is not a superuser but may create roles. Durable as in production: {@code
 * synchronous_commit} and {@code fsync} are on.
 */
public final class PostgresServer implements AutoCloseable {
  private static final String NAME = "tollgate";
  private static final String SUPERUSER = "postgres";
  private static final int INITDB_TIMEOUT_SECONDS = 60;

  private final EngineProcess process;

  private PostgresServer(EngineProcess process) {
    this.process = process;
  }

  /** Starts it and waits until it answers a query; makes the cluster, role and database if new. */
  public static PostgresServer start(ChildProcesses children, Path data) throws IOException {
    try {
      return start(children, data, PostgresAccount.choose());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      var interrupted = new InterruptedIOException("Interrupted while PostgreSQL starts");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  static PostgresServer start(ChildProcesses children, Path data, PostgresAccount account)
      throws IOException, InterruptedException {
    Path bin = PostgresBinaries.unpackedFolder().resolve("bin");
    Path folder = Files.createDirectories(data.resolve("postgres")).toAbsolutePath();
    account.takeOwnership(folder);
    var cluster = new PostgresCluster(folder.resolve("cluster"));
    if (!cluster.exists()) {
      initialise(children, account, bin, folder, cluster);
    }
    var process =
        EngineProcess.start(
            children,
            new EngineProcess.EngineSpec(
                "PostgreSQL",
                "postgres",
                TerminationSignal.INT,
                port -> command(account, bin, cluster, port),
                (child, port, _) -> cluster.isServedBy(child.pid(), port) && isReady(port)));
    var server = new PostgresServer(process);
    try {
      server.createRoleAndDatabase();
      return server;
    } catch (SQLException e) {
      server.close();
      throw new IOException("PostgreSQL runs, but its database could not be made", e);
    }
  }

  public String jdbcUrl() {
    return url(process.port(), NAME);
  }

  /** A connection of the server's administrator. */
  public Connection connectAsSuperuser() throws SQLException {
    return connect(process.port());
  }

  public String user() {
    return NAME;
  }

  /** Stops it until {@link #restart}; its clients lose their connections. */
  public void stop() {
    process.stop();
  }

  /** Kills it, until {@link #restart}. */
  public void kill() throws InterruptedException {
    process.kill();
  }

  /** Starts it again on the same port with the same data. */
  public void restart() {
    process.restart();
  }

  @Override
  public void close() {
    stop();
  }

  /**
   * Creates the cluster in a temporary folder and moves it into place, so that it is always whole.
   */
  private static void initialise(
      ChildProcesses children,
      PostgresAccount account,
      Path bin,
      Path folder,
      PostgresCluster cluster)
      throws IOException, InterruptedException {
    Path fresh = folder.resolve("cluster.new");
    FileTree.delete(fresh);
    ProcessBuilder command =
        account.command(
            List.of(
                bin.resolve("initdb").toString(),
                "--pgdata=" + fresh,
                "--username=" + SUPERUSER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync"));
    String log = "postgres-initdb";
    Process initdb =
        children.start(log, InheritedVariables.restrict(command.directory(folder.toFile())));
    try {
      if (!initdb.waitFor(INITDB_TIMEOUT_SECONDS, TimeUnit.SECONDS) || initdb.exitValue() != 0) {
        throw new EngineStartException(
            "PostgreSQL",
            "could not make its data folder",
            children.log(log),
            LogTail.since(0, children.log(log)),
            null);
      }
    } finally {
      children.terminate(initdb);
    }
    Files.move(fresh, cluster.folder(), StandardCopyOption.ATOMIC_MOVE);
  }

  private static ProcessBuilder command(
      PostgresAccount account, Path bin, PostgresCluster cluster, int port) {
    cluster.deleteStalePidFile();
    return account
        .command(
            List.of(
                bin.resolve("postgres").toString(),
                "-D",
                cluster.folder().toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "synchronous_commit=on",
                "-c",
                "shared_buffers=32MB",
                "-c",
                "max_wal_size=256MB",
                "-c",
                "timezone=UTC",
                "-c",
                "log_timezone=UTC"))
        .directory(cluster.folder().toFile());
  }

  private static boolean isReady(int port) throws SQLException {
    try (Connection connection = connect(port);
        Statement statement = connection.createStatement()) {
      return statement.execute("SELECT 1");
    }
  }

  private void createRoleAndDatabase() throws SQLException {
    try (Connection connection = connect(process.port());
        Statement statement = connection.createStatement()) {
      if (isMissing(statement, "SELECT 1 FROM pg_roles WHERE rolname = '" + NAME + "'")) {
        statement.execute("CREATE ROLE " + NAME + " LOGIN");
      }
      statement.execute("ALTER ROLE " + NAME + " CREATEROLE");
      if (isMissing(statement, "SELECT 1 FROM pg_database WHERE datname = '" + NAME + "'")) {
        statement.execute("CREATE DATABASE " + NAME + " OWNER " + NAME);
      }
    }
  }

  private static boolean isMissing(Statement statement, String query) throws SQLException {
    try (var rows = statement.executeQuery(query)) {
      return !rows.next();
    }
  }

  private static Connection connect(int port) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", SUPERUSER);
    properties.setProperty("sslmode", "disable");
    properties.setProperty("gssEncMode", "disable");
    properties.setProperty("loginTimeout", "5");
    // By the driver itself, for what DriverManager sees depends on the caller's class loader.
    Connection connection = new Driver().connect(url(port, SUPERUSER), properties);
    if (connection == null) {
      throw new SQLException("The PostgreSQL driver does not know its own URL");
    }
    return connection;
  }

  private static String url(int port, String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }
}
