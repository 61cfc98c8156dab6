package com.minhacarona.local.explorer;

import static com.minhacarona.table.Attributes.REQUEST_IDS;
import static com.minhacarona.table.Attributes.VAGAS_DISPONIVEIS;

import com.minhacarona.local.explorer.Explorer.Scenario;
import com.minhacarona.table.Keys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.Update;

/** Mistakes that a service could have, each made of its transactions on their way to the table. */
enum Defect implements UnaryOperator<TransactWriteItemsRequest> {
  SEATS_ARE_NOT_CONDITIONED {
    @Override
    Update changed(Update update) {
      return update.toBuilder()
          .conditionExpression(
              update
                  .conditionExpression()
                  .replaceFirst(" AND %s [>=] :n".formatted(VAGAS_DISPONIVEIS), ""))
          .build();
    }
  },
  THE_RESERVATION_IS_LEFT_OUT {
    @Override
    List<TransactWriteItem> changed(List<TransactWriteItem> items) {
      return items.stream().filter(item -> item.update() != null).toList();
    }

    @Override
    boolean concerns(List<TransactWriteItem> items) {
      return isBooking(items);
    }
  },
  A_RETRY_IS_A_NEW_BOOKING {
    @Override
    public TransactWriteItemsRequest apply(TransactWriteItemsRequest request) {
      return super.apply(request).toBuilder()
          .clientRequestToken(UUID.randomUUID().toString())
          .build();
    }

    @Override
    Put changed(Put put) {
      return put.toBuilder().conditionExpression(null).expressionAttributeValues(null).build();
    }
  },
  THE_REQUEST_ID_IS_FORGOTTEN {
    @Override
    Put changed(Put put) {
      if (!put.item().containsKey(REQUEST_IDS)) {
        return put;
      }
      Map<String, AttributeValue> item = new HashMap<>(put.item());
      item.put(
          REQUEST_IDS,
          AttributeValue.fromL(List.of(AttributeValue.fromS(UUID.randomUUID().toString()))));
      return put.toBuilder().item(item).build();
    }
  },
  THE_LAST_SEAT_LEAVES_THE_RIDE_OPEN {
    @Override
    Update changed(Update update) {
      if (!update.expressionAttributeValues().containsKey(":lotada") || isCancellation(update)) {
        return update;
      }
      Map<String, AttributeValue> values = new HashMap<>(update.expressionAttributeValues());
      values.remove(":lotada");
      return update.toBuilder()
          .updateExpression(update.updateExpression().replaceFirst(", #status = :lotada.*", ""))
          .expressionAttributeValues(values)
          .build();
    }
  },
  A_CANCELLATION_FREES_TWICE {
    @Override
    Update changed(Update update) {
      if (!isCancellation(update)) {
        return update;
      }
      Map<String, AttributeValue> values = new HashMap<>(update.expressionAttributeValues());
      values.put(":n", AttributeValue.fromN("2"));
      return update.toBuilder().expressionAttributeValues(values).build();
    }
  },
  A_CANCELLATION_HAS_NO_CONDITION {
    @Override
    Put changed(Put put) {
      return put.toBuilder().conditionExpression(null).expressionAttributeValues(null).build();
    }

    @Override
    boolean concerns(List<TransactWriteItem> items) {
      return items.stream().anyMatch(i -> i.update() != null && isCancellation(i.update()));
    }
  },
  THE_CASCADE_MISSES_ONE {
    @Override
    List<TransactWriteItem> changed(List<TransactWriteItem> items) {
      return items.subList(0, items.size() - 1);
    }

    @Override
    boolean concerns(List<TransactWriteItem> items) {
      return items.size() > 1 && items.stream().allMatch(i -> i.put() != null);
    }
  },
  THE_CASCADE_OVERTAKES_BOOKINGS {
    @Override
    Put changed(Put put) {
      return put.toBuilder().conditionExpression(null).expressionAttributeValues(null).build();
    }

    @Override
    boolean concerns(List<TransactWriteItem> items) {
      return items.getFirst().put() != null && Keys.isCarona(items.getFirst().put().item());
    }
  };

  /** The calls of which some schedule shows it. */
  Scenario shownBy() {
    return switch (this) {
      case SEATS_ARE_NOT_CONDITIONED, THE_LAST_SEAT_LEAVES_THE_RIDE_OPEN -> Scenarios.theLastSeat();
      case THE_RESERVATION_IS_LEFT_OUT -> Scenarios.threeForTwoSeats();
      case A_RETRY_IS_A_NEW_BOOKING, THE_REQUEST_ID_IS_FORGOTTEN -> Scenarios.aRepeat();
      case A_CANCELLATION_FREES_TWICE, A_CANCELLATION_HAS_NO_CONDITION -> Scenarios.aCancellation();
      case THE_CASCADE_MISSES_ONE, THE_CASCADE_OVERTAKES_BOOKINGS -> Scenarios.aCascade();
    };
  }

  @Override
  public TransactWriteItemsRequest apply(TransactWriteItemsRequest request) {
    List<TransactWriteItem> items = request.transactItems();
    return concerns(items)
        ? request.toBuilder().transactItems(all(changed(items))).build()
        : request;
  }

  private List<TransactWriteItem> all(List<TransactWriteItem> items) {
    List<TransactWriteItem> changed = new ArrayList<>();
    for (TransactWriteItem item : items) {
      TransactWriteItem.Builder copy = item.toBuilder();
      if (item.put() != null) {
        copy.put(changed(item.put()));
      }
      if (item.update() != null) {
        copy.update(changed(item.update()));
      }
      changed.add(copy.build());
    }
    return changed;
  }

  boolean concerns(List<TransactWriteItem> items) {
    return true;
  }

  List<TransactWriteItem> changed(List<TransactWriteItem> items) {
    return items;
  }

  Put changed(Put put) {
    return put;
  }

  Update changed(Update update) {
    return update;
  }

  static boolean isBooking(List<TransactWriteItem> items) {
    return items.stream().anyMatch(i -> i.update() != null && !isCancellation(i.update()));
  }

  static boolean isCancellation(Update update) {
    return update.updateExpression().contains("%1$s = %1$s + :n".formatted(VAGAS_DISPONIVEIS));
  }
}
