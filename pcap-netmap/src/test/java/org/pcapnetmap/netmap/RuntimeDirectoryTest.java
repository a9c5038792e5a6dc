package org.pcapnetmap.netmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;

/** Opens that fail because of where switches lie, each seen by a process of its own. */
@Timeout(120)
final class RuntimeDirectoryTest {
  private static final String PORT = "vale0:a";
  private static final int MAJOR_VERSION_OFFSET = 8;
  private static final String MOUNT_SMALL =
      "mount -t tmpfs -o size=5m,mode=700 none \"$0\" && exec \"$@\"";

  private Path directory;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createTempDirectory(Path.of("/dev/shm"), "netmap-test-");
  }

  @AfterEach
  void removeDirectory() throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }

  @Test
  void aProcessThatEndsLeavesNothing() throws Exception {
    try (ChildJvm child = open(directory)) {
      assertEquals(OpenProgram.OPEN, child.readLine());
      assertTrue(Files.exists(directory.resolve("vale0")));
    }
    assertEquals(List.of(), contents());
  }

  private List<Path> contents() throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.toList();
    }
  }

  @Test
  void aDirectoryThatIsNotInMemory() throws Exception {
    Path onDisk = Files.createTempDirectory(diskDirectory(), "netmap-test-");
    try {
      assertFails("NotTmpfsException", onDisk.toString(), open(onDisk));
    } finally {
      Files.delete(onDisk);
    }
  }

  private static Path diskDirectory() throws IOException {
    for (Path path : List.of(Path.of("").toAbsolutePath(), Path.of("/var/tmp"))) {
      if (Files.isWritable(path) && !Files.getFileStore(path).type().equals("tmpfs")) {
        return path;
      }
    }
    throw new TestAbortedException("every directory here is a tmpfs");
  }

  @Test
  void aDirectoryThatEveryoneMayWrite() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertFails("PermissionException", directory.toString(), open(directory));
  }

  @Test
  void aSwitchOfAnotherVersion() throws Exception {
    try (ChildJvm holder = open(directory)) {
      assertEquals(OpenProgram.OPEN, holder.readLine());
      Path shared = directory.resolve("vale0").resolve("shm");
      try (RandomAccessFile file = new RandomAccessFile(shared.toFile(), "rw")) {
        file.seek(MAJOR_VERSION_OFFSET);
        int major = file.read();
        file.seek(MAJOR_VERSION_OFFSET);
        file.write(major + 1);
        assertFails("IncompatibleSwitchException", "vale0", open(directory));
        file.seek(MAJOR_VERSION_OFFSET);
        file.write(major);
      }
      try (ChildJvm child = open(directory)) {
        assertEquals(OpenProgram.OPEN, child.readLine());
      }
    }
  }

  @Test
  void aSwitchThatSomebodyHoldsLocked() throws Exception {
    Path lock = Files.createDirectory(directory.resolve("vale0")).resolve("lock");
    try (FileChannel file =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.lock();
      assertFails("SwitchLockedException", "vale0", open(directory));
    }
  }

  @Test
  void noRoomInMemory() throws Exception {
    List<String> inSmallDirectory =
        List.of("unshare", "-rm", "sh", "-c", MOUNT_SMALL, directory.toString());
    assumeTrue(runs(inSmallDirectory), "no right to mount");
    assertFails(
        "NoRoomException",
        "vale0",
        ChildJvm.start(directory, inSmallDirectory, OpenProgram.class, PORT));
  }

  private static boolean runs(List<String> wrapper) throws IOException, InterruptedException {
    List<String> command = Stream.concat(wrapper.stream(), Stream.of("true")).toList();
    return new ProcessBuilder(command).start().waitFor() == 0;
  }

  private static ChildJvm open(Path runtimeDirectory) throws IOException {
    return ChildJvm.start(runtimeDirectory, List.of(), OpenProgram.class, PORT);
  }

  private static void assertFails(String type, String named, ChildJvm child) throws IOException {
    try (child) {
      String said = child.readLine();
      assertTrue(said != null && said.startsWith(type + ": "), "said: " + said);
      assertTrue(said.contains(named) && said.contains(";"), said);
      assertEquals(null, child.readLine());
    }
  }
}
