package com.minhacarona.local.explorer;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaModel;
import com.minhacarona.table.CaronaModel.Told;
import com.minhacarona.table.ReservaItem;

/** What a client may ask for, of one ride. */
sealed interface Call {
  /** What the model does. */
  Told on(CaronaModel model);

  record Book(String usuario, int vagas, String request) implements Call {
    @Override
    public Told on(CaronaModel model) {
      return model.book(usuario, vagas, request);
    }
  }

  record Cancel(String usuario) implements Call {
    @Override
    public Told on(CaronaModel model) {
      return model.change(usuario, ReservaItem.Status.CANCELADA);
    }
  }

  record CancelCarona() implements Call {
    @Override
    public Told on(CaronaModel model) {
      return model.change(CaronaItem.Status.CANCELADA);
    }
  }

  record Look() implements Call {
    @Override
    public Told on(CaronaModel model) {
      return new Told(model, model.seen());
    }
  }
}
