package com.minhacarona.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.call.Errors;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.StatusProto;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Makes every cell of a service's tables in {@code docs/policy.md} happen.
 *
 * @param <T> what is asked about
 */
public abstract class PolicyMatrix<T> {
  private static final String HEALTH = "Health and reflection";
  private static final String NEVER_ASKED = "–";
  private static final PolicyPage PAGE = PolicyPage.read();

  /** How a call is made, and what came of it. */
  @FunctionalInterface
  public interface Ask<T> {
    /**
     * Makes the call.
     *
     * @return the word of a cell; a refusal is thrown
     */
    String about(T subject, As caller) throws Exception;
  }

  /** A caller with its channel. */
  public record As(PolicyCaller caller, Channel channel) {
    /** The caller itself; whoever it is, if it may act as anybody. */
    public String self() {
      return caller.user().orElse("qualquer-um");
    }
  }

  /** The refusal of a command, which does not end its stream. */
  public static final class RefusedCommand extends RuntimeException {
    private final transient Answer answer;

    public RefusedCommand(int code, String reason, String all) {
      super(all);
      this.answer = new Answer(code + " " + reason, all);
    }
  }

  /** What an answer is in a cell, and all of it. */
  private record Answer(String cell, String text) {
    static Answer refusal(com.google.rpc.Status details, Metadata trailers) {
      String reason =
          Errors.reason(
                  io.grpc.Status.fromCodeValue(details.getCode()),
                  Optional.ofNullable(trailers).orElseGet(Metadata::new))
              .orElse("without a reason");
      return new Answer(details.getCode() + " " + reason, details.toString());
    }

    boolean isRefusal() {
      return Character.isDigit(cell.charAt(0));
    }
  }

  /** The heading of the service's table. */
  protected abstract String heading();

  protected abstract ServiceDescriptor service();

  /** How each row's call is made. */
  protected abstract Map<String, Ask<T>> asks();

  /** The reason that is meant in a row by a number without a reason. */
  protected abstract String reason(String row, int code);

  protected abstract PolicyDoor door();

  /** The scopes that a service must have in this row. */
  protected String[] scopes(String row) {
    return new String[0];
  }

  /** Stores what a row is about. */
  protected abstract T subject(String row) throws Exception;

  /** The like of it that is not stored, and never was. */
  protected abstract T missing();

  /** Everything stored of it. */
  protected abstract Object stored(T subject);

  /** The requests about it that a call sends to the store. */
  protected abstract List<String> requests(T subject, Runnable call);

  /** An answer without what the question named. */
  protected abstract String anonymous(String text, T subject);

  @Test
  void thePage_namesTheseCallers_andTheseCalls() {
    assertThat(PAGE.callers()).isEqualTo(PolicyCaller.columns());
    PAGE.table(heading())
        .forEach((row, cells) ->
            assertThat(cells.keySet())
                .as("columns of %s", row)
                .containsExactlyElementsOf(PolicyCaller.columns()));
    assertThat(PAGE.table(heading()).keySet()).containsExactlyElementsOf(asks().keySet());
    for (MethodDescriptor<?, ?> method : service().getMethods()) {
      assertThat(asks().keySet())
          .as("rows of %s", method.getBareMethodName())
          .anyMatch(row -> row.startsWith("`%s`".formatted(method.getBareMethodName())));
    }
    assertThat(PAGE.table(HEALTH).keySet()).containsExactlyElementsOf(open().keySet());
  }

  @TestFactory
  Stream<DynamicNode> everyCell_isWhatHappens() {
    return cells(heading())
        .map(cell ->
            DynamicTest.dynamicTest(
                cell.name(),
                () -> {
                  T subject = subject(cell.row);
                  Object before = stored(subject);
                  Answer answer = answer(cell, subject, asks().get(cell.row));
                  assertThat(answer.cell).as(answer.text).isEqualTo(expected(cell));
                  if (answer.isRefusal()) {
                    assertThat(stored(subject)).as("what a refused call leaves").isEqualTo(before);
                  }
                }));
  }

  @TestFactory
  Stream<DynamicNode> everyCellOfHealthAndReflection_isWhatHappens() {
    return cells(HEALTH)
        .map(cell ->
            DynamicTest.dynamicTest(
                cell.name(),
                () -> {
                  Answer answer = answer(cell, missing(), open().get(cell.row));
                  assertThat(answer.cell).as(answer.text).isEqualTo(expected(cell));
                }));
  }

  /** Neither the answer nor the requests to the store tell whether there is such a thing. */
  @TestFactory
  Stream<DynamicNode> whoeverDoesNotSeeIt_cannotTellItFromWhatNeverWas() {
    return cells(heading())
        .filter(cell -> !cell.caller.sees(PolicyCaller.A))
        .map(cell ->
            DynamicTest.dynamicTest(
                cell.name(), () -> assertIndistinguishable(cell, subject(cell.row), missing())));
  }

  @Test
  void aResidentsToken_isGoodOnlyWithAServiceThatMayPassItOn_andForItsOwnTenant() throws Exception {
    Cell cell =
        cells(heading())
            .filter(any -> any.caller == PolicyCaller.RESIDENT && any.content.equals("OK"))
            .findFirst()
            .orElseThrow();
    T subject = subject(cell.row);
    Object before = stored(subject);
    for (Channel channel :
        List.of(
            door().withoutAService(cell.caller),
            door().withoutTheScope(cell.caller),
            door().naming(PolicyCaller.B, cell.caller))) {
      As caller = new As(cell.caller, channel);
      assertThat(answer(subject, asks().get(cell.row), caller).cell).isEqualTo("7 SEM_PERMISSAO");
    }
    assertThat(stored(subject)).isEqualTo(before);
    As caller = new As(cell.caller, door().naming(PolicyCaller.A, cell.caller));
    assertThat(answer(subject, asks().get(cell.row), caller).cell).isEqualTo("OK");
  }

  /** Asks about both, and expects the same answer by the same requests. */
  protected final void assertIndistinguishable(Cell cell, T one, T other) {
    List<String> answers = new ArrayList<>();
    List<List<String>> requests = new ArrayList<>();
    for (T subject : List.of(one, other)) {
      requests.add(
          requests(
              subject,
              () -> {
                Answer answer = answer(cell, subject, asks().get(cell.row));
                answers.add(anonymous(answer.cell + "\n" + answer.text, subject));
              }));
    }
    assertThat(answers.getFirst()).isEqualTo(answers.getLast());
    assertThat(requests.getFirst()).isEqualTo(requests.getLast());
  }

  /** A cell of the page. */
  protected record Cell(String row, PolicyCaller caller, String content) {
    public String name() {
      return "%s, %s: %s".formatted(row, caller, content);
    }
  }

  /** The cells of a table, without those of which nothing is said. */
  protected static Stream<Cell> cells(String heading) {
    return PAGE.table(heading).entrySet().stream()
        .flatMap(row ->
            row.getValue().entrySet().stream()
                .map(cell ->
                    new Cell(row.getKey(), PolicyCaller.of(cell.getKey()), cell.getValue())))
        .filter(cell -> !cell.content.equals(NEVER_ASKED));
  }

  private String expected(Cell cell) {
    if (!Character.isDigit(cell.content.charAt(0))) {
      return cell.content;
    }
    String[] words = cell.content.split(" ", 2);
    int code = Integer.parseInt(words[0]);
    String reason =
        words.length == 2
            ? words[1]
            : code == io.grpc.Status.Code.UNAUTHENTICATED.value()
                ? Errors.NAO_AUTENTICADO
                : code == io.grpc.Status.Code.PERMISSION_DENIED.value()
                    ? Errors.SEM_PERMISSAO
                    : reason(cell.row, code);
    assertThat(PAGE.reasons(code)).contains("`%s`".formatted(reason));
    return code + " " + reason;
  }

  private <S> Answer answer(Cell cell, S subject, Ask<S> ask) {
    return answer(subject, ask, new As(cell.caller, door().channel(cell.caller, scopes(cell.row))));
  }

  private static <S> Answer answer(S subject, Ask<S> ask, As caller) {
    try {
      String word = ask.about(subject, caller);
      return new Answer(word, word);
    } catch (StatusRuntimeException e) {
      return Answer.refusal(StatusProto.fromThrowable(e), e.getTrailers());
    } catch (StatusException e) {
      return Answer.refusal(StatusProto.fromThrowable(e), e.getTrailers());
    } catch (RefusedCommand e) {
      return e.answer;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private Map<String, Ask<T>> open() {
    Map<String, Ask<T>> open = new LinkedHashMap<>();
    open.put(
        "`Health/Check`",
        (_, as) ->
            HealthGrpc.newBlockingStub(as.channel)
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatusValue()
                    == 1
                ? "OK"
                : "not serving");
    open.put(
        "`/AWS.ALB/healthcheck`",
        (_, as) -> {
          var _ =
              ClientCalls.blockingUnaryCall(
                  as.channel, ofLoadBalancers(), CallOptions.DEFAULT, new byte[0]);
          return "OK";
        });
    open.put(
        "`Health/Watch`",
        (_, as) -> {
          var call =
              HealthGrpc.newBlockingV2Stub(as.channel)
                  .watch(HealthCheckRequest.getDefaultInstance());
          try {
            return call.read(10, TimeUnit.SECONDS) == null ? "nothing" : "OK";
          } finally {
            call.cancel("seen", null);
          }
        });
    open.put(
        "reflection",
        (_, as) -> {
          var call = ServerReflectionGrpc.newBlockingV2Stub(as.channel).serverReflectionInfo();
          try {
            call.write(ServerReflectionRequest.newBuilder().setListServices("*").build());
            return call.read(10, TimeUnit.SECONDS) == null ? "nothing" : "OK";
          } finally {
            call.cancel("seen", null);
          }
        });
    return open;
  }

  private static MethodDescriptor<byte[], byte[]> ofLoadBalancers() {
    MethodDescriptor.Marshaller<byte[]> bytes =
        new MethodDescriptor.Marshaller<>() {
          @Override
          public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
          }

          @Override
          public byte[] parse(InputStream stream) {
            return new byte[0];
          }
        };
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName("AWS.ALB/healthcheck")
        .setRequestMarshaller(bytes)
        .setResponseMarshaller(bytes)
        .build();
  }
}
