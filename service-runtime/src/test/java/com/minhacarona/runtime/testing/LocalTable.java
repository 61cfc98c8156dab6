package com.minhacarona.runtime.testing;

import java.net.URI;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.BeforeAllCallback;

/**
 * The table of a service under test. The runtime knows no table, so a fixture passes the methods of
 * its own.
 *
 * @param extension makes the table for a test class; the other methods are called after it
 * @param endpoint where the store listens
 * @param name the name of the table
 * @param violations the inconsistencies of the table, one sentence each; none when all is well
 */
public record LocalTable(
    BeforeAllCallback extension,
    Supplier<URI> endpoint,
    Supplier<String> name,
    Supplier<List<String>> violations) {}
