package com.minhacarona.load.queue;

import com.minhacarona.table.Attributes;
import com.minhacarona.table.AvisoItem;
import com.minhacarona.table.Keys;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.ProcessarReservaRequest;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What the table says of requests, and of who was told. */
record Stored(LocalDynamoDb table) {

  /** Whether the request holds its seats. */
  boolean booked(ProcessarReservaRequest request) {
    Map<String, AttributeValue> item =
        table
            .client()
            .getItem(r ->
                r.tableName(table.tableName())
                    .key(Keys.reserva(request.getCaronaId(), request.getUsuarioId()))
                    .consistentRead(true))
            .item();
    return !item.isEmpty() && ReservaItem.from(item).isEffectOf(request.getRequestId());
  }

  /** Whether it is refused for good. */
  boolean refused(ProcessarReservaRequest request) {
    return table
        .recusa(request.getCaronaId(), request.getUsuarioId(), request.getRequestId())
        .isPresent();
  }

  /** The notes that nobody has ended yet. */
  List<AvisoItem> claims() {
    return table
        .client()
        .scanPaginator(r -> r.tableName(table.tableName()).consistentRead(true))
        .items()
        .stream()
        .filter(item -> item.containsKey(Attributes.EVENTO_ID))
        .map(AvisoItem::from)
        .filter(aviso -> aviso.status() == AvisoItem.Status.ENVIANDO)
        .toList();
  }
}
