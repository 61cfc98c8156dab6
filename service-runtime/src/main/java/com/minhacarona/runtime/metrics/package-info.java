/** Which meters are published, and where to. */
package com.minhacarona.runtime.metrics;
