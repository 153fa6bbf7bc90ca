package dev.tollgate.nativeimage;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import software.amazon.awssdk.checksums.SdkChecksum;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;

/**
 * The SDK looks for checksums in the AWS common runtime, a JNI library that Tollgate excludes. On a
 * JVM the SDK falls back to Java. A native image does not build while these methods refer to
 * missing classes.
 */
@TargetClass(className = "software.amazon.awssdk.checksums.internal.ChecksumProvider")
final class DynamoDbChecksums {
  private DynamoDbChecksums() {}

  @Substitute
  static SdkChecksum createCrtCrc32C() {
    throw new UnsupportedOperationException("built without the AWS common runtime");
  }

  @Substitute
  static SdkChecksum crc64NvmeCrtImplementation() {
    throw new UnsupportedOperationException("built without the AWS common runtime");
  }

  @Substitute
  static SdkChecksum crtXxHash(ChecksumAlgorithm algorithm) {
    throw new UnsupportedOperationException("built without the AWS common runtime");
  }
}
