/**
 * Reads queues of SQS: takes messages in hand as the server admits them, gives each to a handler,
 * and does with it what the handler says. Knows nothing of what is in the messages.
 */
package com.minhacarona.runtime.queue;
