package org.pcapnetmap.compat.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Maven modules depend on each other as the table of folders says, and on nothing more. */
class ModuleArrowsTest {
  private static final Map<String, Set<String>> MAY_DEPEND_ON =
      Map.of(
          "pcap-netmap", Set.of(),
          "native-preload", Set.of("pcap-netmap"),
          "pcap4j-adapter", Set.of("pcap-netmap"),
          "samples", Set.of("pcap-netmap", "pcap4j-adapter"));

  private static final XPath XPATH = XPathFactory.newInstance().newXPath();

  @Test
  void everyModuleHasItsRule() throws Exception {
    Set<String> known = new TreeSet<>(MAY_DEPEND_ON.keySet());
    known.add("compat-tests");
    assertEquals(known, texts("pom.xml", "/project/modules/module"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pcap-netmap", "native-preload", "pcap4j-adapter", "samples"})
  void dependsOnlyOnWhatLiesBelow(String module) throws Exception {
    Set<String> used =
        texts(
            module + "/pom.xml",
            "/project/dependencies/dependency[groupId='org.pcapnetmap']/artifactId");
    Set<String> allowed = MAY_DEPEND_ON.get(module);
    assertTrue(allowed.containsAll(used), () -> module + " uses " + used + ", may " + allowed);
  }

  private static Set<String> texts(String pom, String path) throws Exception {
    Document document =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(ProjectFiles.TOP.resolve(pom).toFile());
    NodeList nodes = (NodeList) XPATH.evaluate(path, document, XPathConstants.NODESET);
    Set<String> texts = new TreeSet<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent().strip());
    }
    return texts;
  }
}
