package org.pcapnetmap.pcap4j.rewrite;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/** Lets {@code getDevByName} know ports that nobody has open yet. */
final class PcapsRewriter {
  private static final String INTERFACE = "L" + Pcap4jClass.PACKAGE + "PcapNetworkInterface;";

  private PcapsRewriter() {}

  static void rewrite(ClassNode type) throws UnknownPcap4jException {
    MethodNode byName = Methods.named(type, "getDevByName").get(0);
    for (AbstractInsnNode instruction : byName.instructions.toArray()) {
      if (instruction.getOpcode() == Opcodes.ARETURN) {
        InsnList code = new InsnList();
        code.add(new VarInsnNode(Opcodes.ALOAD, 0));
        code.add(
            Methods.hook(
                "NetmapInterfaces", "byName", '(' + INTERFACE + "Ljava/lang/String;)" + INTERFACE));
        byName.instructions.insertBefore(instruction, code);
      }
    }
  }
}
