package org.pcapnetmap.pcap4j.rewrite;

import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** Puts a library that answers for handles of ours before the one that JNA has made. */
final class PcapLibraryRewriter {
  private PcapLibraryRewriter() {}

  static void rewrite(ClassNode type) throws UnknownPcap4jException {
    MethodNode initializer = Methods.named(type, "<clinit>").get(0);
    FieldInsnNode store = instance(type, initializer);
    String library = 'L' + type.name + ';';
    initializer.instructions.insertBefore(
        store, Methods.hook("NetmapHooks", "library", '(' + library + ')' + library));
  }

  private static FieldInsnNode instance(ClassNode type, MethodNode initializer)
      throws UnknownPcap4jException {
    for (AbstractInsnNode instruction : initializer.instructions) {
      if (instruction instanceof FieldInsnNode field && field.name.equals("INSTANCE")) {
        return field;
      }
    }
    throw new UnknownPcap4jException(type.name + " sets no INSTANCE");
  }
}
