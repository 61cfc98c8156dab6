/** The gRPC server, and the life of a service from its first connection to its last. */
package com.minhacarona.runtime.server;
