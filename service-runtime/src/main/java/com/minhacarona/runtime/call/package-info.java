/**
 * The tools of a service method: reads the fields of a request, makes errors, keeps deadlines, and
 * answers page by page; knows the tenant and the trace of the current call.
 */
package com.minhacarona.runtime.call;
