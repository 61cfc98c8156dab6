/**
 * Access to the table: a client with bounded waiting, transactions, batch reads, changes of what
 * was read, and the metrics of all of them.
 */
package com.minhacarona.runtime.dynamodb;
