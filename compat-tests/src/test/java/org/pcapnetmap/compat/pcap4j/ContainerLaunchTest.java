package org.pcapnetmap.compat.pcap4j;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An unmodified application finds its way to a netmap port in what applications run in. */
@Tag("beside")
class ContainerLaunchTest {
  private static final String AGENT = "-javaagent:" + Pcap4jVersion.ADAPTER;

  @TempDir private Path folder;

  static Stream<Launch> launches() {
    return Launch.all();
  }

  @ParameterizedTest
  @MethodSource("launches")
  void modulePath(Launch launch) throws Exception {
    Pcap4jVersion version = launch.version();
    Application talk = Application.compile("Talk", version, folder);
    TalkCheck.talks(
        Map.of(),
        List.of(
            launch.java(),
            AGENT,
            "--module-path",
            Pcap4jVersion.classPath(version.jars()),
            "--add-modules",
            "ALL-MODULE-PATH",
            "-cp",
            talk.classes().toString(),
            "Talk"));
  }

  @ParameterizedTest
  @MethodSource("launches")
  void springBootFatJar(Launch launch) throws Exception {
    Pcap4jVersion version = launch.version();
    Application talk = Application.compile("Talk", version, folder);
    Path fat = folder.resolve("talk.jar");
    Map<String, String> manifest =
        Map.of(
            "Main-Class", "org.springframework.boot.loader.launch.JarLauncher",
            "Start-Class", "Talk",
            "Spring-Boot-Classes", "BOOT-INF/classes/",
            "Spring-Boot-Lib", "BOOT-INF/lib/");
    try (JarBuilder jar = new JarBuilder(fat, manifest)) {
      jar.addContent(Pcap4jVersion.jar("spring-boot-loader-4.0.7.jar"));
      jar.add("BOOT-INF/classes/", new byte[0]);
      jar.addFolder("BOOT-INF/classes/", talk.classes());
      jar.addJars("BOOT-INF/lib/", version.jars());
    }
    TalkCheck.talks(Map.of(), List.of(launch.java(), AGENT, "-jar", fat.toString()));
  }

  @ParameterizedTest
  @MethodSource("launches")
  void osgiBundle(Launch launch) throws Exception {
    Pcap4jVersion version = launch.version();
    Path felix = Pcap4jVersion.jar("org.apache.felix.framework-7.0.5.jar");
    List<Path> all = new ArrayList<>(version.jars());
    all.add(felix);
    Application.compile("Talk", version, folder.resolve("bundle"));
    all.add(folder.resolve("bundle/classes"));
    Application bundle =
        Application.compile("TalkActivator", version, folder.resolve("bundle"), all);
    Application host =
        Application.compile("FelixHost", version, folder.resolve("host"), List.of(felix));
    Path jar = folder.resolve("talk-bundle.jar");
    try (JarBuilder built = new JarBuilder(jar, bundleManifest(version))) {
      built.addFolder("", bundle.classes());
      built.addJars("lib/", version.jars());
    }
    TalkCheck.talks(
        Map.of(),
        List.of(
            launch.java(),
            AGENT,
            "-cp",
            Pcap4jVersion.classPath(List.of(felix, host.classes())),
            "FelixHost",
            folder.resolve("cache").toString(),
            jar.toString()));
  }

  private static Map<String, String> bundleManifest(Pcap4jVersion version) {
    String inside =
        version.jars().stream()
            .map(jar -> "lib/" + jar.getFileName())
            .collect(Collectors.joining(","));
    return Map.of(
        "Bundle-ManifestVersion", "2",
        "Bundle-SymbolicName", "talk",
        "Bundle-Version", "1.0.0",
        "Bundle-Activator", "TalkActivator",
        "Bundle-ClassPath", ".," + inside,
        "Import-Package", "org.osgi.framework");
  }
}
