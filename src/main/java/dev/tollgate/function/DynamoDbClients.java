package dev.tollgate.function;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Produces the DynamoDB client. Region, credentials and endpoint come from Lambda's environment
 * variables.
 */
final class DynamoDbClients {
  private static final int MAX_ATTEMPTS = 4;

  private DynamoDbClients() {}

  @Produces
  @Singleton
  static DynamoDbClient dynamoDb() {
    return DynamoDbClient.builder()
        // Without Netty and JNI: the smallest client, which native images support.
        .httpClient(
            UrlConnectionHttpClient.builder()
                .connectionTimeout(Duration.ofSeconds(1))
                .socketTimeout(Duration.ofSeconds(1))
                .build())
        .credentialsProvider(EnvironmentVariableCredentialsProvider.create())
        .overrideConfiguration(
            override ->
                override
                    .retryStrategy(retry -> retry.maxAttempts(MAX_ATTEMPTS))
                    .apiCallTimeout(Duration.ofSeconds(3)))
        .build();
  }
}
