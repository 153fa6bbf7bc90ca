package dev.tollgate;

import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/**
 * The way to DynamoDB Local, on which the answers to some transactions are lost although they went
 * through. It counts what goes along it.
 */
public final class LossyDynamoDb implements ExecutionInterceptor {
  private final Random random = new Random(7);
  private final double lossRate;
  private final AtomicLong requests = new AtomicLong();

  /**
   * Makes a way.
   *
   * @param lossRate the share of answers that are
   */
  public LossyDynamoDb(double lossRate) {
    this.lossRate = lossRate;
  }

  public DynamoDbClient client() {
    return DynamoDbClient.builder()
        .endpointOverride(TestEngines.engines().dynamoDb().endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
        .httpClient(UrlConnectionHttpClient.create())
        .overrideConfiguration(override -> override.addExecutionInterceptor(this))
        .build();
  }

  /** How often DynamoDB was asked anything. */
  public long requests() {
    return requests.get();
  }

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    requests.incrementAndGet();
  }

  @Override
  public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
    if (context.request() instanceof TransactWriteItemsRequest && chance() < lossRate) {
      throw SdkClientException.create("injected: the answer was lost");
    }
  }

  private synchronized double chance() {
    return random.nextDouble();
  }
}
