package com.minhacarona.local;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.minhacarona.runtime.process.CannotStartException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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

  /**
   * The real paths of the folders that this process has locked. POSIX releases a process's lock
   * when the process closes any channel of the file, so the file must not be opened twice.
   */
  private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

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
   * @throws CannotStartException when it cannot be made, written or locked, or holds no usable
   *     tables
   */
  static DataFolder lock(Path path) {
    try {
      if (Files.exists(path) && !Files.isDirectory(path)) {
        throw new CannotStartException(
            "%s must be a folder, and %s is a file".formatted(VARIABLE, path));
      }
      Files.createDirectories(path);
      Path real = path.toRealPath();
      if (!LOCKED.add(real)) {
        throw inUse(path);
      }
      try {
        return lockOnce(path);
      } catch (IOException | RuntimeException e) {
        LOCKED.remove(real);
        throw e;
      }
    } catch (IOException e) {
      throw notWritable(path, e);
    }
  }

  private static DataFolder lockOnce(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(path);
      }
      Path tables = path.resolve(TABLES_FILE);
      if (!absentOrUsable(tables)) {
        throw new CannotStartException(
            "%s holds no tables that can be read and written: move it away, or set %s to another folder"
                .formatted(tables, VARIABLE));
      }
      return new DataFolder(path, lock);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  Path path() {
    return path;
  }

  /** Whether the file is absent, is empty, or holds the tables of an earlier process. */
  private static boolean absentOrUsable(Path tables) throws IOException {
    if (!Files.exists(tables)) {
      return true;
    }
    if (!Files.isRegularFile(tables) || !Files.isReadable(tables) || !Files.isWritable(tables)) {
      return false;
    }
    try (InputStream file = Files.newInputStream(tables)) {
      byte[] beginning = file.readNBytes(SQLITE.length);
      return beginning.length == 0 || Arrays.equals(beginning, SQLITE);
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
