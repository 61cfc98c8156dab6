/**
 * The interceptors that every call passes before it reaches a service, and afterwards. {@link
 * com.minhacarona.runtime.interceptors.Interceptors} has their order.
 */
package com.minhacarona.runtime.interceptors;
