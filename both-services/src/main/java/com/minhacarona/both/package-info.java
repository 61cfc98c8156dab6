/** Both services in one process. */
package com.minhacarona.both;
