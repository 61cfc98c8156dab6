/**
 * What a service method is written with: fields of the request, errors, deadlines, pages of an
 * answer, the tenant and the trace of the current call. Knows nothing of who calls it.
 */
package com.minhacarona.runtime.call;
