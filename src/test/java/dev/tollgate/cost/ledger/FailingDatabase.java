package dev.tollgate.cost.ledger;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * A database whose connection breaks at a chosen step: the step itself is still done, or not, and
 * from then on nothing answers. What was not committed is lost, as in a crash.
 */
final class FailingDatabase {
  private final DataSource real;
  private final int lastStep;
  private final boolean lastStepSucceeds;
  private int steps;

  /**
   * @param lastStep the number of the step that fails, from 1
   * @param lastStepSucceeds whether the server does it and only its answer is lost
   */
  FailingDatabase(DataSource real, int lastStep, boolean lastStepSucceeds) {
    this.real = real;
    this.lastStep = lastStep;
    this.lastStepSucceeds = lastStepSucceeds;
  }

  DataSource dataSource() {
    return broken(DataSource.class, real);
  }

  /** Whether the chosen step was reached. */
  boolean hasFailed() {
    return steps >= lastStep;
  }

  private <T> T broken(Class<T> type, T target) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              if (method.getName().equals("close")) {
                return method.invoke(target, arguments);
              }
              boolean last = ++steps >= lastStep;
              if (last && !(steps == lastStep && lastStepSucceeds)) {
                throw new SQLException("the connection is gone", "08006");
              }
              Object result;
              try {
                result = method.invoke(target, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (last) {
                throw new SQLException("the answer is lost", "08006");
              }
              return switch (result) {
                case PreparedStatement statement -> broken(PreparedStatement.class, statement);
                case Statement statement -> broken(Statement.class, statement);
                case Connection connection -> broken(Connection.class, connection);
                case null, default -> result;
              };
            }));
  }
}
