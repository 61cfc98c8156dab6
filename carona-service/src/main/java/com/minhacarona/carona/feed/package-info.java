/**
 * Tells what changed in the table's rides, from the table's stream or from a queue of the task's
 * own. Knows nothing of who listens: it looks at nothing else in carona-service.
 */
package com.minhacarona.carona.feed;
