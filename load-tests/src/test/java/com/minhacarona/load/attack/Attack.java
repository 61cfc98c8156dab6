package com.minhacarona.load.attack;

import com.google.errorprone.annotations.Immutable;
import java.io.IOException;

/** The attacks that a service has to survive, in the order of the table in SECURITY.md. */
enum Attack {
  EMPTY_DATA(
      1,
      Target.RESERVA,
      "empty DATA frames on one health check",
      "a connection with 1,000 frames without content in 10 s is closed",
      FrameAttacks::emptyData),
  EMPTY_DATA_ON_FOUR(
      2,
      Target.RESERVA,
      "empty DATA frames on four connections",
      "the same, on each connection; an address opens few connections in a short time",
      FrameAttacks::emptyDataOnFourConnections),
  HALF_OPEN_CALLS(
      3,
      Target.RESERVA,
      "520 bookings whose request never comes",
      "a call takes its share when its request is complete, and ends at its deadline",
      CallAttacks::halfOpenCalls),
  ANSWERS_NEVER_LET_THROUGH(
      4,
      Target.RESERVA,
      "1,000 bookings with a window of 0 for the answers",
      "an answered call holds no share, and one address gets three quarters of them",
      CallAttacks::answersNeverLetThrough),
  HALF_OPEN_STREAMS(
      5,
      Target.CARONA,
      "6,000 update streams without a message",
      "an address has at most 1,000 calls whose request is awaited, each for 10 s",
      CallAttacks::halfOpenStreams),
  SILENT_UPDATE_STREAMS(
      6,
      Target.CARONA,
      "400 update streams that follow 1,000 rides and never read",
      "all who follow the same rides share their states; one message waits in a stream",
      CallAttacks::silentUpdateStreams),
  CLAIMED_VERSIONS(
      7,
      Target.CARONA,
      "claims to know 1,450 rides, again and again",
      "commands have bounded memory, and a share of the connections; few claims are looked for",
      CallAttacks::claimedVersions),
  CALLS_WITHOUT_DEADLINE(
      8,
      Target.RESERVA,
      "calls without deadline, reset, on ever new connections",
      "a call's timer ends with the call; resets are counted by address",
      CallAttacks::callsWithoutDeadline),
  IDLE_CONNECTIONS(
      9,
      Target.RESERVA,
      "3,000 connections that do nothing",
      "an address has at most 256 connections",
      CallAttacks::idleConnections),
  UNFINISHED_MESSAGES(
      10,
      Target.RESERVA,
      "6,000 messages that declare 65 KB and stop after 10 KB",
      "a method takes no more bytes than it needs; unfinished bytes are bounded in all",
      CallAttacks::unfinishedMessages),
  LISTS_OF_EVERYTHING(
      11,
      Target.CARONA,
      "400 lists over all condominiums at a time",
      "a task carries eight of them; lists have a bounded share of the connections",
      CallAttacks::listsOfEverything),
  LARGE_METADATA(
      12,
      Target.RESERVA,
      "calls with 7 KB of metadata",
      "metadata ends at 8 KB; lines of failed calls are short, and 200 a second",
      CallAttacks::largeMetadata),
  RAPID_RESET(
      13,
      Target.RESERVA,
      "calls that are reset at once",
      "resets are counted by connection and by address",
      FrameAttacks::rapidReset),
  CONTINUATION(
      14,
      Target.RESERVA,
      "headers that never end",
      "Netty closes a connection with too many CONTINUATION frames",
      FrameAttacks::continuation),
  HEADER_BOMB(
      15,
      Target.RESERVA,
      "20 KB of headers that become 64 MB",
      "the list of headers ends at 8 KB, however it is encoded",
      FrameAttacks::headerBomb),
  SETTINGS(
      16,
      Target.RESERVA,
      "SETTINGS frames",
      "a connection with 1,000 of them in 10 s is closed",
      FrameAttacks::settings),
  PING(
      17,
      Target.RESERVA,
      "PING frames",
      "a connection that pings too often is closed",
      FrameAttacks::ping),
  PRIORITY_AND_UNKNOWN(
      18,
      Target.RESERVA,
      "PRIORITY frames and frames of an unknown type",
      "a connection with 1,000 of either in 10 s is closed",
      FrameAttacks::priorityAndUnknown),
  UNUSUAL_MESSAGES(
      19,
      Target.RESERVA,
      "nested, endless and compressed messages",
      "a message has at most 64 KB, also after decompression, and few levels",
      CallAttacks::unusualMessages),
  WATCH_AND_MADE_YOU_RESET(
      20,
      Target.RESERVA,
      "3,600 health watches, and calls that the service has to reset",
      "health has a share by address; resets by the service count, too",
      FrameAttacks::watchAndMadeYouReset),
  BAD_TOKENS(
      21,
      Target.CARONA_WITH_PROOFS,
      "tokens whose signatures are wrong, each another one",
      "verifications have a bounded queue, with a share by address; known callers need none",
      CallAttacks::badTokens);

  /** The number of the last one that the tests run, because they must not take minutes. */
  private static final int TESTED = 12;

  private final int number;
  private final Target target;
  private final String sends;
  private final String stopped;
  private final Flood flood;

  Attack(int number, Target target, String sends, String stopped, Flood flood) {
    this.number = number;
    this.target = target;
    this.sends = sends;
    this.stopped = stopped;
    this.flood = flood;
  }

  /** Its row in the table. */
  int number() {
    return number;
  }

  Target target() {
    return target;
  }

  /** The attack, as the table names it. */
  String sends() {
    return sends;
  }

  /** The defence, as the table tells it. */
  String stopped() {
    return stopped;
  }

  /** Who would do that: some of it a faulty client does without wanting to. */
  String who() {
    return switch (this) {
      case HALF_OPEN_CALLS,
          ANSWERS_NEVER_LET_THROUGH,
          HALF_OPEN_STREAMS,
          SILENT_UPDATE_STREAMS,
          CLAIMED_VERSIONS,
          CALLS_WITHOUT_DEADLINE,
          IDLE_CONNECTIONS,
          LISTS_OF_EVERYTHING,
          LARGE_METADATA,
          PING ->
          "faulty or hostile";
      default -> "hostile";
    };
  }

  /** Whether the tests run it; the report runs all. */
  boolean isTested() {
    return number <= TESTED;
  }

  /** Returns when the time or the bytes are spent, with connections still open. */
  void run(Attacker attacker) throws IOException {
    flood.run(attacker);
  }

  /** Which service is attacked. */
  enum Target {
    CARONA,
    CARONA_WITH_PROOFS,
    RESERVA
  }

  @Immutable
  private interface Flood {
    void run(Attacker attacker) throws IOException;
  }
}
