package com.minhacarona.runtime.queue;

import java.time.Instant;
import java.util.Map;

/**
 * A message as a handler sees it.
 *
 * @param id SQS's own, the same each time that the message is delivered
 * @param attributes the text attributes that its sender gave it
 * @param receives how often it was delivered, this time included; roughly, as SQS counts
 * @param sentAt when SQS took it
 */
public record QueueMessage(
    String id, String body, Map<String, String> attributes, int receives, Instant sentAt) {}
