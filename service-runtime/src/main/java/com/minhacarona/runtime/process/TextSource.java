package com.minhacarona.runtime.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a text comes from that may be long, and may change while the process runs. */
public sealed interface TextSource {

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
