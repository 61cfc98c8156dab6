package com.minhacarona.carona;

import com.minhacarona.runtime.call.Errors;
import com.minhacarona.table.CaronaItem;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.Map;

/** The refusals of {@code carona_service.proto}: status, reason, and what to do about it. */
final class Refusals {

  static StatusRuntimeException caronaNaoEncontrada(String caronaId) {
    return Errors.refusal(
        Code.NOT_FOUND,
        "CARONA_NAO_ENCONTRADA",
        "There is no such ride: check the id, or list the rides of the condominium",
        Map.of("carona_id", caronaId));
  }

  static StatusRuntimeException outroCondominio() {
    return Errors.refusal(
        Code.PERMISSION_DENIED,
        "OUTRO_CONDOMINIO",
        "Rides are offered in one's own condominium: correct condominio_id",
        Map.of());
  }

  static StatusRuntimeException requestIdReutilizado(CaronaItem other) {
    return Errors.refusal(
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUTILIZADO",
        "This request_id created another ride: take a new one for each ride that you offer",
        Map.of("carona_id", other.id()));
  }

  static StatusRuntimeException transicaoInvalida(StatusChange change, CaronaItem carona) {
    return Errors.refusal(
        Code.FAILED_PRECONDITION,
        "TRANSICAO_INVALIDA",
        "A ride does not go from %s to %s: look at its status"
            .formatted(carona.status(), change.status()),
        Map.of("carona_id", carona.id(), "status", carona.status().name()));
  }

  static StatusRuntimeException limiteDeCaronas() {
    return limiteDeAssinaturas(Subscription.MAX_CARONAS, "rides");
  }

  static StatusRuntimeException limiteDeCondominios() {
    return limiteDeAssinaturas(Subscription.MAX_CONDOMINIOS, "condominiums");
  }

  private static StatusRuntimeException limiteDeAssinaturas(int limit, String of) {
    return Errors.refusal(
        Code.RESOURCE_EXHAUSTED,
        "LIMITE_DE_ASSINATURAS",
        "A stream follows at most %s %s: open another one".formatted(limit, of),
        Map.of("limite", Integer.toString(limit)));
  }

  static StatusRuntimeException cursorInvalido() {
    return Errors.invalidField(
        "CURSOR_INVALIDO",
        "apos",
        "is not a cursor of a list with this filter: list from the beginning, or with the filter"
            + " that the cursor came from");
  }

  private Refusals() {}
}
