package com.minhacarona.carona;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.call.ErrorTranslation;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CaronaUpdateRequest.ComandoCase;
import com.minhacarona.v1.CaronaUpdateResponse;
import java.util.Map;
import java.util.Optional;

/**
 * Takes the messages of clients to what they ask for: to their stream, or to the stored rides.
 * Thread-safe, for one message of a stream at a time.
 */
final class StreamCommands {
  private final Followers followers;
  private final Commands commands;

  @Inject
  StreamCommands(Followers followers, Commands commands) {
    this.followers = followers;
    this.commands = commands;
  }

  /**
   * Carries out a command. Its refusal is an answer like another.
   *
   * @param caller whose stream it is
   * @return what is left to be answered
   */
  Optional<CaronaUpdateResponse> carryOut(
      CaronaUpdateRequest request, Caller caller, UpdateStream stream) {
    if (request.getComandoCase() == ComandoCase.COMANDO_NOT_SET) {
      // A sign of life of the client's. It is not answered, so its id does not matter.
      return Optional.empty();
    }
    // An invalid id is not echoed: answers wait for the client, and must stay small.
    String comandoId = "";
    try {
      comandoId = UpdateProtos.comandoId(request);
      commands.admit(request.getSerializedSize(), () -> carryOutValid(request, caller, stream));
    } catch (Throwable t) {
      return Optional.of(UpdateProtos.refused(comandoId, ErrorTranslation.of(t)));
    }
    // To follow is answered before the states that it leads to.
    return request.hasAssinar() ? Optional.empty() : Optional.of(UpdateProtos.accepted(comandoId));
  }

  private void carryOutValid(CaronaUpdateRequest request, Caller caller, UpdateStream stream) {
    switch (request.getComandoCase()) {
      case ASSINAR -> follow(request.getComandoId(), request.getAssinar(), caller, stream);
      case CANCELAR_ASSINATURA ->
          stream.unfollow(UpdateProtos.subscription(request.getCancelarAssinatura()));
      case MUDAR_STATUS -> {
        if (caller.isOperator()) {
          // As UpdateCaronaStatus refuses, before anything is looked at.
          throw Errors.permissionDenied();
        }
        commands.changeStatus(UpdateProtos.statusChange(caller, request.getMudarStatus()));
      }
      case COMANDO_NOT_SET -> throw new IllegalArgumentException("no command");
    }
  }

  /** Follows first and reads then: the feed tells of a change in between, so that none is lost. */
  private void follow(String comandoId, Assinar request, Caller caller, UpdateStream stream) {
    Subscription subscription = UpdateProtos.subscription(caller, request);
    Map<String, Long> claims = request.getVersoesConhecidasMap();
    Subscription added = stream.beginFollowing(subscription);
    try {
      stream.refuseTooMany();
      Map<Topic, Long> ends = stream.ends(subscription.condominioIds());
      PresentStates present = commands.read(caller, subscription, claims.keySet());
      ends.forEach(
          (topic, end) -> followers.tell(topic, present.ofCondominio(topic.condominioId()), end));
      stream.finishFollowing(comandoId, present, claims);
    } catch (Throwable t) {
      stream.unfollow(added);
      throw t;
    }
  }
}
