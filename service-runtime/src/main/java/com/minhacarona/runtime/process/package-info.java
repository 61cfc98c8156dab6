/**
 * A process of ours: what it reads from its environment, how it is wired, what it does in the
 * background, and how it ends. Knows nothing of gRPC or AWS.
 */
package com.minhacarona.runtime.process;
