package com.minhacarona.local.explorer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/** One order of requests and faults, while it is tried. One thread at a time uses it. */
final class Schedule {
  private final Choices choices;
  private final UnaryOperator<TransactWriteItemsRequest> defect;
  private final List<Late> late = new ArrayList<>();
  private final Map<String, Set<String>> effects = new HashMap<>();
  private int faultsLeft;
  private long step;

  /** A transaction that nobody waits for any more. */
  record Late(String call, Runnable arrive) {}

  Schedule(Choices choices, int faults, UnaryOperator<TransactWriteItemsRequest> defect) {
    this.choices = choices;
    this.faultsLeft = faults;
    this.defect = defect;
  }

  Choices choices() {
    return choices;
  }

  UnaryOperator<TransactWriteItemsRequest> defect() {
    return defect;
  }

  List<Late> late() {
    return late;
  }

  /** For each call, the tokens of the transactions that were committed for it. */
  Map<String, Set<String>> effects() {
    return effects;
  }

  /** The time: it passes from one step to the next. */
  long tick() {
    return ++step;
  }

  StoreFault fault() {
    if (faultsLeft == 0) {
      return StoreFault.NONE;
    }
    StoreFault fault = choices.of(StoreFault.OF_A_WRITE);
    if (fault != StoreFault.NONE) {
      faultsLeft--;
    }
    return fault;
  }
}
