/**
 * Access to the table: a client with bounded waiting, transactions, batch reads, changes of what
 * was read, the metrics of all of them, and the table's stream.
 */
package com.minhacarona.runtime.dynamodb;
