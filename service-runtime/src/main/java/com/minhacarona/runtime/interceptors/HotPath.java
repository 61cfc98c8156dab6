package com.minhacarona.runtime.interceptors;

import io.grpc.Channel;

/** One call of what a service is called for most; a refusal warms it as well as an answer does. */
@FunctionalInterface
public interface HotPath {
  void call(Channel channel);
}
