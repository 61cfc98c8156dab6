/** How callers prove who they are. */
@org.jspecify.annotations.NullMarked
package com.minhacarona.runtime.auth;
