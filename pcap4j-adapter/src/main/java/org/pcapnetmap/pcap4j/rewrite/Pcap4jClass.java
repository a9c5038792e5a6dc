package org.pcapnetmap.pcap4j.rewrite;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.tree.ClassNode;

/** The classes of pcap4j that are rewritten, in the order in which that is safe. */
public enum Pcap4jClass {
  /** Finds interfaces. */
  PCAPS("Pcaps"),
  /** Reads and closes. */
  PCAP_HANDLE("PcapHandle"),
  /** Functions that not every libpcap has. */
  PCAP_LIBRARY("NativeMappings$PcapLibrary"),
  /** All other functions. */
  NATIVE_MAPPINGS("NativeMappings");

  /** The package, as class files name it. */
  static final String PACKAGE = "org/pcap4j/core/";

  private final String internalName;

  Pcap4jClass(String simpleName) {
    this.internalName = PACKAGE + simpleName;
  }

  /** Returns the class's name as class files have it, with slashes. */
  public String internalName() {
    return internalName;
  }

  /** Returns the class's name as Java code has it, with dots. */
  public String className() {
    return internalName.replace('/', '.');
  }

  /** Whether a class that is loaded already can still be rewritten: no method was native. */
  public boolean isRewritableWhenLoaded() {
    return this == PCAPS || this == PCAP_HANDLE;
  }

  /**
   * Returns the one of a name, or null.
   *
   * @param internalName with slashes; may be null
   */
  public static Pcap4jClass of(String internalName) {
    if (internalName == null || !internalName.startsWith(PACKAGE)) {
      return null;
    }
    for (Pcap4jClass known : values()) {
      if (known.internalName.equals(internalName)) {
        return known;
      }
    }
    return null;
  }

  /**
   * Rewrites the class.
   *
   * @param classFile as pcap4j has it
   * @return the class file to load in its place
   * @throws UnknownPcap4jException when it is not built as it is in the known versions
   */
  public byte[] rewrite(byte[] classFile) throws UnknownPcap4jException {
    ClassReader reader = new ClassReader(classFile);
    ClassNode type = new ClassNode();
    reader.accept(type, 0);
    rewrite(type);
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    type.accept(writer);
    return writer.toByteArray();
  }

  private void rewrite(ClassNode type) throws UnknownPcap4jException {
    switch (this) {
      case PCAPS -> PcapsRewriter.rewrite(type);
      case PCAP_HANDLE -> PcapHandleRewriter.rewrite(type);
      case PCAP_LIBRARY -> PcapLibraryRewriter.rewrite(type);
      case NATIVE_MAPPINGS -> NativeMappingsRewriter.rewrite(type);
      default -> throw new AssertionError(this);
    }
  }
}
