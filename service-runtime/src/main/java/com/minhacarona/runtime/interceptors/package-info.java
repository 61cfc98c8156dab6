/**
 * Everything that a call passes before it reaches a service, and on its way back; {@link
 * com.minhacarona.runtime.interceptors.Interceptors} has the order.
 */
package com.minhacarona.runtime.interceptors;
