package com.minhacarona.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.minhacarona.runtime.process.CannotStartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lock of the folder, within one process. */
class DataFolderTest {
  private static final String IN_USE = "Another process keeps its table in";
  private static final String TABLES_FILE = "shared-local-instance.db";

  @TempDir Path folder;

  @Test
  @Tag("process")
  void lock_ofAFolderThatThisProcessHasLocked_isRefused_andKeepsTheLock() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    DataFolder held = DataFolder.lock(folder);
    for (Path same : List.of(folder, folder.resolve("."), link)) {
      assertThatThrownBy(() -> DataFolder.lock(same))
          .isInstanceOf(CannotStartException.class)
          .hasMessageStartingWith(IN_USE);
    }
    try (LocalProcess other =
        LocalProcess.start(List.of(), Map.of("MINHA_CARONA_DATA_DIR", folder.toString()))) {
      assertThat(other.awaitExit()).isEqualTo(1);
      assertThat(other.said()).singleElement().asString().contains(IN_USE);
    }
    // Until here it must not be garbage collected, which would release the lock.
    assertThat(held.path()).isEqualTo(folder);
  }

  @Test
  void lock_afterAFailure_canBeTriedAgain() throws Exception {
    Path tables = Files.createDirectory(folder.resolve(TABLES_FILE));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> DataFolder.lock(folder))
          .isInstanceOf(CannotStartException.class)
          .hasMessageContaining("can be read and written");
    }
    Files.delete(tables);
    assertThat(DataFolder.lock(folder).path()).isEqualTo(folder);
  }
}
