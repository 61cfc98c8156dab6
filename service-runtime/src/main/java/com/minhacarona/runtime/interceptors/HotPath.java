package com.minhacarona.runtime.interceptors;

import io.grpc.Channel;

/** Makes the call that a service gets most. A refusal warms it up as well as an answer does. */
@FunctionalInterface
public interface HotPath {
  void call(Channel channel);
}
