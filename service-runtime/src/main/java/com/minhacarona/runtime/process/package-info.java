/**
 * The process: reads its environment, wires its objects, runs work in the background, and exits.
 * Knows nothing of gRPC or AWS.
 */
package com.minhacarona.runtime.process;
