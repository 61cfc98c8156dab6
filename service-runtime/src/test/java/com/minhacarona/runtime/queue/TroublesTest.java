package com.minhacarona.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.Status.Code;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sqs.model.SqsException;

class TroublesTest {
  private static final EnumSet<Code> PASS =
      EnumSet.of(Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED, Code.ABORTED, Code.DEADLINE_EXCEEDED);

  @ParameterizedTest
  @EnumSource
  void isTrouble_ofOurErrors_forThoseThatPass(Code code) {
    assertThat(Troubles.isTrouble(code.toStatus().asRuntimeException()))
        .isEqualTo(PASS.contains(code));
  }

  @ParameterizedTest
  @CsvSource({
    "400, ThrottlingException, true",
    "400, ProvisionedThroughputExceededException, true",
    "400, ExpiredTokenException, true",
    "400, AccessDeniedException, true",
    "400, UnrecognizedClientException, true",
    "400, ResourceNotFoundException, true",
    "400, KMSAccessDeniedException, true",
    "400, InvalidSignatureException, true",
    "403, SignatureDoesNotMatch, true",
    "404, NotFound, true",
    "429, TooManyRequestsException, true",
    "500, InternalFailure, true",
    "503, ServiceUnavailable, true",
    "400, ValidationException, false",
    "400, InvalidParameterValue, false",
    "400, MessageRejected, false",
    "413, RequestEntityTooLarge, false",
  })
  void isTrouble_ofErrorsOfAws_forThoseThatPassOrAreMended(
      int status, String code, boolean trouble) {
    assertThat(Troubles.isTrouble(aws(status, code))).isEqualTo(trouble);
  }

  @Test
  void isTrouble_withoutAnAnswerOfAws() {
    assertThat(Troubles.isTrouble(SdkClientException.create("no connection"))).isTrue();
    assertThat(Troubles.isTrouble(SqsException.builder().statusCode(400).build())).isTrue();
  }

  @Test
  void isTrouble_ofOtherExceptions_isFalse() {
    assertThat(Troubles.isTrouble(new IllegalStateException())).isFalse();
    assertThat(Troubles.isTrouble(new StackOverflowError())).isFalse();
  }

  @Test
  void status_isThatOfOurErrors() {
    assertThat(Troubles.status(Status.ABORTED.asRuntimeException()).getCode())
        .isEqualTo(Code.ABORTED);
    assertThat(Troubles.status(new IllegalStateException()).getCode()).isEqualTo(Code.UNKNOWN);
  }

  private static AwsServiceException aws(int status, String code) {
    return SqsException.builder()
        .statusCode(status)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage("so it is").build())
        .build();
  }
}
