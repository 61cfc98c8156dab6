package com.minhacarona.reserva.notifications;

import com.minhacarona.table.UsuarioItem.Canal;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sns.SnsClient;

/** The providers of this process, at most one for each {@link Canal}. */
record Channels(List<Channel> all) {

  Channels {
    all = List.copyOf(all);
  }

  static Channels of(NotificationsConfig config, SesV2Client ses, SnsClient sns) {
    List<Channel> channels = new ArrayList<>();
    config.mailFrom().ifPresent(from -> channels.add(new SesMailSender(ses, from, config)));
    channels.add(new SnsSmsSender(sns));
    channels.add(new SnsPushSender(sns));
    return new Channels(channels);
  }
}
