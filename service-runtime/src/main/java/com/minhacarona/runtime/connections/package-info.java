/** What guards a server before there is a call: connections, and the frames that they bring. */
@org.jspecify.annotations.NullMarked
package com.minhacarona.runtime.connections;
