/** The gRPC server, and the start and stop of a service. */
package com.minhacarona.runtime.server;
