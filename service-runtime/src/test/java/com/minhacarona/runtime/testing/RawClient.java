package com.minhacarona.runtime.testing;

import com.google.rpc.Status;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/** Speaks HTTP/2 as no gRPC library would: sends whatever headers and bytes a test wants. */
public final class RawClient implements AutoCloseable {
  private static final Metadata.BinaryMarshaller<Status> MARSHALLER =
      ProtoUtils.metadataMarshaller(Status.getDefaultInstance());

  private static final Metadata.Key<Status> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", MARSHALLER);

  private static final long AT_MOST_SECONDS = 10;

  private final EventLoopGroup threads =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel connection;

  /** In plain text. */
  public RawClient(int port) {
    this(port, Optional.empty());
  }

  /** Over TLS, if an authority has signed the server's certificate. */
  public RawClient(int port, Optional<Pki> server) {
    Optional<SslContext> tls = server.map(Pki::netty);
    connection =
        new Bootstrap()
            .group(threads)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    tls.ifPresent(context ->
                        channel
                            .pipeline()
                            .addLast(context.newHandler(channel.alloc(), "localhost", port)));
                    channel
                        .pipeline()
                        .addLast(
                            Http2FrameCodecBuilder.forClient().build(),
                            new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                  }
                })
            .connect("127.0.0.1", port)
            .syncUninterruptibly()
            .channel();
  }

  /** Calls, and waits for the end. */
  public StatusRuntimeException call(
      String method, List<Map.Entry<String, String>> headers, boolean halfClose, byte[]... frames)
      throws Exception {
    return callAgain(method, headers, halfClose, new byte[0], frames);
  }

  /**
   * Sends on a stream whose first message was answered, and waits for the end.
   *
   * @param headers besides those that each call has; names that are there twice are sent twice
   * @param first what is sent and answered before the rest is sent, unless it is empty
   * @param halfClose whether the last frame says that it is the last
   * @param frames the content of each DATA frame
   * @return the status of the call, with its trailers; {@code null} in place of a reset without
   *     trailers
   */
  public StatusRuntimeException callAgain(
      String method,
      List<Map.Entry<String, String>> headers,
      boolean halfClose,
      byte[] first,
      byte[]... frames)
      throws Exception {
    CompletableFuture<Void> answered = new CompletableFuture<>();
    CompletableFuture<StatusRuntimeException> end = new CompletableFuture<>();
    Http2StreamChannel stream =
        new Http2StreamChannelBootstrap(connection)
            .handler(new Answer(answered, end))
            .open()
            .sync()
            .get();
    Http2Headers all =
        new DefaultHttp2Headers(false)
            .method("POST")
            .scheme("http")
            .path("/" + method)
            .authority("localhost")
            .add("te", "trailers")
            .add("content-type", "application/grpc");
    headers.forEach(header -> all.add(header.getKey(), header.getValue()));
    var _ = stream.writeAndFlush(new DefaultHttp2HeadersFrame(all, false));
    if (first.length > 0) {
      var _ = stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(first)));
      answered.get(AT_MOST_SECONDS, TimeUnit.SECONDS);
    }
    for (int i = 0; i < frames.length; i++) {
      boolean last = halfClose && i == frames.length - 1;
      var _ =
          stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(frames[i]), last));
    }
    try {
      return end.get(AT_MOST_SECONDS, TimeUnit.SECONDS);
    } finally {
      var _ = stream.close();
    }
  }

  /** A message with its five bytes before it. */
  public static byte[] framed(int flags, byte[] message) {
    return framed(flags, message.length, message);
  }

  /** A message before which another length is declared. */
  public static byte[] framed(int flags, int length, byte[] message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) flags)
        .putInt(length)
        .put(message)
        .array();
  }

  public static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return zipped.toByteArray();
  }

  @Override
  public void close() {
    connection.close().syncUninterruptibly();
    var _ = threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static final class Answer extends ChannelInboundHandlerAdapter {
    private final CompletableFuture<Void> answered;
    private final CompletableFuture<StatusRuntimeException> end;

    Answer(CompletableFuture<Void> answered, CompletableFuture<StatusRuntimeException> end) {
      this.answered = answered;
      this.end = end;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
      if (frame instanceof Http2HeadersFrame headers && headers.isEndStream()) {
        end.complete(status(headers.headers()));
      } else if (frame instanceof Http2DataFrame) {
        answered.complete(null);
      } else if (frame instanceof Http2ResetFrame) {
        end.complete(null);
      }
      ReferenceCountUtil.release(frame);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof Http2ResetFrame) {
        end.complete(null);
      }
      ReferenceCountUtil.release(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      end.complete(null);
    }

    private static StatusRuntimeException status(Http2Headers headers) {
      io.grpc.Status status =
          io.grpc.Status.fromCodeValue(Integer.parseInt(headers.get("grpc-status").toString()));
      CharSequence message = headers.get("grpc-message");
      Metadata trailers = new Metadata();
      CharSequence details = headers.get("grpc-status-details-bin");
      if (details != null) {
        trailers.put(
            DETAILS, MARSHALLER.parseBytes(Base64.getDecoder().decode(details.toString())));
      }
      return status
          .withDescription(message == null ? null : decoded(message.toString()))
          .asRuntimeException(trailers);
    }

    private static String decoded(String message) {
      return URLDecoder.decode(message.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
  }
}
