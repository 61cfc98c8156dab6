package com.minhacarona.runtime.connections;

import io.grpc.Attributes;
import io.grpc.Grpc;

/** By which port a connection came in. */
public enum Door {
  /** The first port, which asks for no certificate: load balancers and the probe come by it. */
  LOAD_BALANCER,
  /** The second port, which requires a client certificate that a CA of ours has signed. */
  MTLS;

  /**
   * Of each connection to a real port; see {@link io.grpc.ServerCall#getAttributes}. Absent in the
   * in-process transport of tests.
   */
  @Grpc.TransportAttr
  public static final Attributes.Key<Door> OF_TRANSPORT = Attributes.Key.create("door");
}
