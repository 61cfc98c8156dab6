package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.Consistencia;
import com.minhacarona.v1.GetCaronaRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("dynamodb")
class CaronaFromMemoryTest {
  @RegisterExtension static final CaronaFixture SERVICE = new CaronaFixture();

  @Test
  void getCarona_eventual_isAnsweredByWhatCheckVagasHasRead_andForteByARead() {
    CaronaItem carona =
        Examples.carona(UUID.randomUUID().toString(), Instant.now().plus(Duration.ofDays(1)));
    SERVICE.local.put(carona);
    SERVICE.store.forget();
    var _ =
        SERVICE.stub.checkVagas(CheckVagasRequest.newBuilder().setCaronaId(carona.id()).build());
    for (int i = 0; i < 3; i++) {
      assertThat(get(carona.id(), Consistencia.CONSISTENCIA_EVENTUAL)).isEqualTo(carona.versao());
    }
    assertThat(SERVICE.store.operations()).containsExactly("GetItem");
    assertThat(get(carona.id(), Consistencia.CONSISTENCIA_FORTE)).isEqualTo(carona.versao());
    assertThat(SERVICE.store.operations()).containsExactly("GetItem", "GetItem");
  }

  private static long get(String caronaId, Consistencia consistencia) {
    return SERVICE
        .stub
        .getCarona(
            GetCaronaRequest.newBuilder()
                .setCaronaId(caronaId)
                .setConsistencia(consistencia)
                .build())
        .getCarona()
        .getVersao();
  }
}
