package com.minhacarona.load;

import com.minhacarona.client.CaronaWatch;
import com.minhacarona.client.MinhaCaronaClient;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import java.util.concurrent.CountDownLatch;

/** Follows a ride on an update stream until its present state was told. */
final class Follow implements CaronaWatch.Listener {
  private final CountDownLatch synced = new CountDownLatch(1);

  private Follow() {}

  static void untilSynced(MinhaCaronaClient client, String carona) {
    Follow follow = new Follow();
    try (CaronaWatch _ =
        client.watchCaronas(Assinar.newBuilder().addCaronaIds(carona).build(), follow)) {
      follow.synced.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void changed(Carona state) {}

  @Override
  public void synced() {
    synced.countDown();
  }

  @Override
  public void failed(RuntimeException cause) {}
}
