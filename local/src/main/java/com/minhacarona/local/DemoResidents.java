package com.minhacarona.local;

import com.minhacarona.table.UsuarioItem;
import com.minhacarona.table.UsuarioItem.Canal;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The residents of the pages that show the system, with their contacts and wishes. The public API
 * writes them otherwise. The addresses belong to nobody (RFC 2606).
 */
final class DemoResidents {
  private static final List<UsuarioItem> RESIDENTS =
      List.of(
          byMail("condominio-aurora", "ana", "Ana"),
          byMail("condominio-aurora", "marina", "Marina"),
          byMail("condominio-aurora", "rita", "Rita"),
          byMail("condominio-aurora", "zeca", "Zeca"),
          // By text message too, but not at night.
          new UsuarioItem(
              "lia",
              "condominio-aurora",
              "Lia",
              "lia@example.com",
              "+5511900000001",
              "",
              Set.of(Canal.EMAIL, Canal.SMS),
              Set.of(),
              Optional.of(new UsuarioItem.Silencio(LocalTime.of(22, 0), LocalTime.of(6, 0))),
              Optional.empty()));

  private static UsuarioItem byMail(String condominio, String id, String name) {
    return new UsuarioItem(
        id,
        condominio,
        name,
        id + "@example.com",
        "",
        "",
        Set.of(Canal.EMAIL),
        Set.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** Writes them all, in place of those of an earlier start. */
  static void create(DynamoDbClient dynamoDb, String tableName) {
    for (UsuarioItem resident : RESIDENTS) {
      dynamoDb.putItem(r -> r.tableName(tableName).item(resident.toItem()));
    }
  }

  private DemoResidents() {}
}
