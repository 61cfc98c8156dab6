package com.minhacarona.runtime.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;

class TroubleTest {

  static Stream<Arguments> lostOrNotSent() {
    return Stream.of(
        arguments(new ConnectException("refused"), Trouble.NOT_SENT),
        arguments(new UnknownHostException("dynamodb"), Trouble.NOT_SENT),
        arguments(new ConnectTimeoutException("slow"), Trouble.NOT_SENT),
        arguments(new ConnectionRequestTimeoutException("none is free"), Trouble.NOT_SENT),
        arguments(new SocketException("reset"), Trouble.NO_ANSWER),
        arguments(new SocketTimeoutException("slow"), Trouble.NO_ANSWER),
        arguments(new IOException("broken"), Trouble.NO_ANSWER));
  }

  @ParameterizedTest
  @MethodSource("lostOrNotSent")
  void of_aFailureOfTheConnection_saysIfAnythingWasSent(IOException cause, Trouble expected) {
    assertThat(Trouble.of(SdkClientException.create("failed", cause))).isEqualTo(expected);
  }

  static Stream<Arguments> answers() {
    return Stream.of(
        arguments(400, "ThrottlingException", Trouble.THROTTLED),
        arguments(400, "ProvisionedThroughputExceededException", Trouble.THROTTLED),
        arguments(400, "ValidationException", Trouble.REFUSED),
        arguments(400, "ExpiredTokenException", Trouble.REFUSED),
        arguments(400, "", Trouble.NO_ANSWER),
        arguments(403, "", Trouble.NO_ANSWER),
        arguments(500, "InternalServerError", Trouble.NO_ANSWER),
        arguments(503, "", Trouble.NO_ANSWER));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void of_anAnswer_goesByWhatDynamoDbSays(int status, String code, Trouble expected) {
    assertThat(
            Trouble.of(
                DynamoDbException.builder()
                    .statusCode(status)
                    .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
                    .build()))
        .isEqualTo(expected);
  }

  @Test
  void of_aTransactionInProgress_isNoAnswer() {
    assertThat(
            Trouble.of(
                TransactionInProgressException.builder()
                    .statusCode(400)
                    .awsErrorDetails(
                        AwsErrorDetails.builder()
                            .errorCode("TransactionInProgressException")
                            .build())
                    .build()))
        .isEqualTo(Trouble.NO_ANSWER);
  }
}
