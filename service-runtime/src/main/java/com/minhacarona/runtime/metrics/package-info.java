/** Publishes selected meters to CloudWatch. */
package com.minhacarona.runtime.metrics;
