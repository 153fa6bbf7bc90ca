package dev.tollgate;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;

/**
 * The real DynamoDB Local with the troubles of the real DynamoDB, which it never has by itself:
 * every other transaction meets one of them in turn.
 */
public final class FaultyDynamoDb {
  private final AtomicInteger transactions = new AtomicInteger();

  private FaultyDynamoDb() {}

  public static DynamoDbClient over(DynamoDbClient dynamoDb) {
    FaultyDynamoDb trouble = new FaultyDynamoDb();
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            DynamoDbClient.class.getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (_, method, arguments) -> {
              try {
                return method.getName().equals("transactWriteItems")
                    ? trouble.transaction(() -> method.invoke(dynamoDb, arguments))
                    : method.invoke(dynamoDb, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private interface Write {
    Object write() throws ReflectiveOperationException;
  }

  private Object transaction(Write write) throws ReflectiveOperationException {
    return switch (transactions.incrementAndGet() % 6) {
      case 1 -> throw cancelled("TransactionConflict");
      case 3 -> throw cancelled("ThrottlingError");
      case 5 -> {
        write.write();
        // Written, but the caller does not learn it.
        throw TransactionInProgressException.builder().message("in progress").build();
      }
      default -> write.write();
    };
  }

  private static TransactionCanceledException cancelled(String code) {
    return TransactionCanceledException.builder()
        .message(code)
        .cancellationReasons(
            List.of(
                CancellationReason.builder().code("None").build(),
                CancellationReason.builder().code(code).build()))
        .build();
  }
}
