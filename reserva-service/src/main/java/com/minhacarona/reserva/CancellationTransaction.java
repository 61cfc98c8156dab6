package com.minhacarona.reserva;

import static com.minhacarona.table.Attributes.ATUALIZADA_EM;
import static com.minhacarona.table.Attributes.GSI1PK;
import static com.minhacarona.table.Attributes.GSI1SHARD;
import static com.minhacarona.table.Attributes.GSI1SK;
import static com.minhacarona.table.Attributes.PARTIDA;
import static com.minhacarona.table.Attributes.STATUS;
import static com.minhacarona.table.Attributes.VAGAS_DISPONIVEIS;
import static com.minhacarona.table.Attributes.VERSAO;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.ConditionalPut;
import com.minhacarona.table.Keys;
import com.minhacarona.table.OpenCaronaIndex;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.table.Values;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * The cancellation of one reservation as one transaction. The ride's condition is that it has not
 * departed, and not its {@code versao}, so bookings of the same ride don't stand in the way. The
 * update sets the status and the index keys even if the ride has them, which costs nothing. The
 * shard is the one that the ride has; a ride that an older version filled has lost it.
 */
record CancellationTransaction(
    CaronaItem carona, ReservaItem confirmed, ReservaItem cancelled, Instant now) {

  List<TransactWriteItem> items(String tableName) {
    return List.of(
        giveVagasBack(tableName),
        ConditionalPut.ofChanged(tableName, cancelled.toItem(), confirmed.versao()));
  }

  private TransactWriteItem giveVagasBack(String tableName) {
    Map<String, AttributeValue> index =
        OpenCaronaIndex.keys(OpenCaronaIndex.FIRST_SHARD, carona.partida());
    return TransactWriteItem.builder()
        .update(u ->
            u.tableName(tableName)
                .key(Keys.carona(carona.id()))
                .conditionExpression(
                    "#status IN (:aberta, :lotada) AND %s > :now".formatted(PARTIDA))
                .updateExpression(
                    """
                    SET %1$s = %1$s + :n, %2$s = %2$s + :one, %3$s = :now, #status = :aberta, \
                    %4$s = :pk, %5$s = if_not_exists(%5$s, :shard), %6$s = :sk\
                    """
                        .formatted(
                            VAGAS_DISPONIVEIS, VERSAO, ATUALIZADA_EM, GSI1PK, GSI1SHARD, GSI1SK))
                .expressionAttributeNames(Map.of("#status", STATUS))
                .expressionAttributeValues(
                    Map.of(
                        ":n", Values.n(confirmed.vagas()),
                        ":one", Values.n(1),
                        ":now", Values.s(now),
                        ":aberta", Values.s(CaronaItem.Status.ABERTA.name()),
                        ":lotada", Values.s(CaronaItem.Status.LOTADA.name()),
                        ":pk", index.get(GSI1PK),
                        ":shard", index.get(GSI1SHARD),
                        ":sk", index.get(GSI1SK))))
        .build();
  }
}
