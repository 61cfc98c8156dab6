/** Traces of calls with AWS X-Ray; no other package knows its SDK. */
package com.minhacarona.runtime.tracing;
