/**
 * The table: a client with bounded waiting, transactions, batch reads, and how all of it is
 * measured.
 */
package com.minhacarona.runtime.dynamodb;
