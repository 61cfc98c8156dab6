package com.minhacarona.local;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.minhacarona.runtime.process.CannotStartException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The folder in which DynamoDB Local keeps the table, locked against other processes: two of them
 * would not see each other's writes. The operating system releases the lock when the process ends.
 */
final class DataFolder {
  private static final String VARIABLE = "MINHA_CARONA_DATA_DIR";
  private static final String LOCK_FILE = "minha-carona.lock";

  /** The file of DynamoDB Local's tables, as its option {@code -sharedDb} names it. */
  private static final String TABLES_FILE = "shared-local-instance.db";

  /** The beginning of every file of SQLite, in which DynamoDB Local keeps its tables. */
  private static final byte[] SQLITE = "SQLite format 3\0".getBytes(US_ASCII);

  private final Path path;

  /** The channel would release the lock when it is garbage collected. */
  @SuppressWarnings("unused")
  private final FileLock lock;

  private DataFolder(Path path, FileLock lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Makes the folder unless it is there, and locks it until the process ends.
   *
   * @throws CannotStartException when it cannot be made, written or locked
   */
  static DataFolder lock(Path path) {
    Path tables = path.resolve(TABLES_FILE);
    try {
      if (Files.exists(path) && !Files.isDirectory(path)) {
        throw new CannotStartException(
            "%s must be a folder, and %s is a file".formatted(VARIABLE, path));
      }
      Files.createDirectories(path);
      FileChannel channel =
          FileChannel.open(
              path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw inUse(path);
      }
      if (!readable(tables)) {
        throw new CannotStartException(
            "%s holds no tables that can be read and written: move it away, or set %s to another folder"
                .formatted(tables, VARIABLE));
      }
      return new DataFolder(path, lock);
    } catch (OverlappingFileLockException _) {
      throw inUse(path);
    } catch (IOException e) {
      throw notWritable(path, e);
    }
  }

  Path path() {
    return path;
  }

  /** Whether the tables are not there yet, or are those of an earlier process. */
  private static boolean readable(Path tables) throws IOException {
    if (!Files.exists(tables) || (Files.isRegularFile(tables) && Files.size(tables) == 0)) {
      return true;
    }
    if (!Files.isRegularFile(tables) || !Files.isWritable(tables)) {
      return false;
    }
    try (InputStream file = Files.newInputStream(tables)) {
      return Arrays.equals(file.readNBytes(SQLITE.length), SQLITE);
    }
  }

  private static CannotStartException inUse(Path path) {
    return new CannotStartException(
        "Another process keeps its table in %s: stop it, or set %s to another folder"
            .formatted(path, VARIABLE));
  }

  private static CannotStartException notWritable(Path path, IOException cause) {
    return new CannotStartException(
        "%s must be a folder that can be written, and %s is not".formatted(VARIABLE, path), cause);
  }
}
