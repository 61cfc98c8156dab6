package com.minhacarona.reserva.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.dynamodb.TableChangeJson;
import com.minhacarona.table.UsuarioItem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Residents as the public API writes them. A test of the API reads the same files. */
class UsuariosOfTheApiTest {
  @ParameterizedTest
  @ValueSource(strings = {"every-wish", "no-wish", "mail-alone-never-quiet"})
  void anItemOfTheApi_isReadWhole(String name) throws IOException {
    Map<String, AttributeValue> item = TableChangeJson.read(file(name)).newImage().orElseThrow();
    // An address that has not the form of one would be missing, and so would a wish.
    assertThat(UsuarioItem.from(item).toItem()).isEqualTo(item);
  }

  private static String file(String name) throws IOException {
    try (InputStream in =
        UsuariosOfTheApiTest.class.getResourceAsStream("/usuarios/" + name + ".json")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
