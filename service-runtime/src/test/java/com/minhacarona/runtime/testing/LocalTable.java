package com.minhacarona.runtime.testing;

import java.net.URI;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.BeforeAllCallback;

/**
 * The table that a service under test runs on. The runtime knows no table, so whoever has one
 * passes its methods.
 *
 * @param extension makes the table for a test class; the others are asked after it
 * @param endpoint where the store listens
 * @param name the name of the table
 * @param violations the inconsistencies of the table, one sentence each; none when all is well
 */
public record LocalTable(
    BeforeAllCallback extension,
    Supplier<URI> endpoint,
    Supplier<String> name,
    Supplier<List<String>> violations) {}
