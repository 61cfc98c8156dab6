package com.minhacarona.runtime.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Where a text comes from that may be long, and may change while the process runs. */
public sealed interface TextSource {

  /** The source of a PEM, given as it is or as the path of a file; empty when it is neither. */
  static Optional<TextSource> ofPem(String value) {
    if (value.contains("-----BEGIN ")) {
      return Optional.of(new Text(value));
    }
    try {
      return Optional.of(Path.of(value))
          .filter(file -> Files.isRegularFile(file) && Files.isReadable(file))
          .map(Content::new);
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }

  /** Reads the text as it is now. */
  String read() throws IOException;

  /** The text itself, which never changes. */
  record Text(String text) implements TextSource {
    @Override
    public String read() {
      return text;
    }

    /** A text may be a secret. */
    @Override
    public String toString() {
      return "a text of %s characters".formatted(text.length());
    }
  }

  /** A file, which may be replaced. */
  record Content(Path file) implements TextSource {
    @Override
    public String read() throws IOException {
      return Files.readString(file);
    }

    @Override
    public String toString() {
      return file.toString();
    }
  }
}
