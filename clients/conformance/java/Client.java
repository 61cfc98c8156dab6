import com.google.gson.Gson;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Calls with grpc-java and the published config. The README tells the arguments. */
final class Client {
  private static final String CONVERSATION = "minhacarona.v1.CaronaService/StreamCaronasUpdates";
  private static final List<String> LISTS =
      List.of(
          "minhacarona.v1.CaronaService/ListCaronasDisponiveis",
          "minhacarona.v1.ReservaService/GetReservas");

  /** A busy machine must not end a call before its last attempt. */
  private static final double PATIENCE = 30;

  private final ManagedChannel channel;

  private Client(ManagedChannel channel) {
    this.channel = channel;
  }

  public static void main(String[] args) throws IOException {
    Map<String, ?> config = json(args[1]);
    Map<String, ?> timeouts = json(args[2]);
    String failing = args[3];
    ManagedChannel channel =
        Grpc.newChannelBuilder(args[0], InsecureChannelCredentials.create())
            .defaultServiceConfig(config)
            .disableServiceConfigLookUp()
            .build();
    Client client = new Client(channel);
    client.call(failing, "connecting", PATIENCE);
    timeouts.forEach((method, timeout) -> {
      if (!method.equals(CONVERSATION)) {
        client.call(method, "deadline", seconds((String) timeout));
      }
    });
    try {
      client.call(failing, "failing", PATIENCE);
      System.err.println("it did not fail");
      System.exit(1);
    } catch (StatusRuntimeException expected) {
      channel.shutdownNow();
    }
  }

  private void call(String name, String run, double seconds) {
    Metadata metadata = new Metadata();
    metadata.put(Metadata.Key.of("x-run", Metadata.ASCII_STRING_MARSHALLER), run);
    Channel told =
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter((long) (seconds * 1000), TimeUnit.MILLISECONDS);
    MethodType type = LISTS.contains(name) ? MethodType.SERVER_STREAMING : MethodType.UNARY;
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.newBuilder(new Nothing(), new Nothing())
            .setFullMethodName(name)
            .setType(type)
            .build();
    byte[] request = {};
    if (type == MethodType.UNARY) {
      ClientCalls.blockingUnaryCall(told, method, options, request);
    } else {
      ClientCalls.blockingServerStreamingCall(told, method, options, request)
          .forEachRemaining(response -> {});
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, ?> json(String file) throws IOException {
    return new Gson().fromJson(Files.readString(Path.of(file)), Map.class);
  }

  private static double seconds(String timeout) {
    return Double.parseDouble(timeout.substring(0, timeout.length() - 1));
  }

  /** Sends nothing and drops what comes, so that no message has to be generated. */
  private static final class Nothing implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      return new byte[0];
    }
  }
}
