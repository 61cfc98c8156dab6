package com.minhacarona.runtime.dynamodb;

import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A change of one item, as the table's stream tells it.
 *
 * @param oldImage the item before it was changed or removed; empty when it is new, and when the
 *     stream has no old images
 * @param newImage the item after the change; empty when it was removed
 */
public record TableChange(
    Optional<Map<String, AttributeValue>> oldImage,
    Optional<Map<String, AttributeValue>> newImage) {}
