package org.pcapnetmap.pcap4j.rewrite;

import java.util.List;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Makes the methods that read one packet take their out-parameters from the handle instead of
 * making new ones, and lets {@code close} end the reads of other threads.
 */
final class PcapHandleRewriter {
  private static final String NATIVES = Pcap4jClass.PACKAGE + "NativeMappings";
  private static final String HEADER = NATIVES + "$pcap_pkthdr";
  private static final String REFERENCE = "com/sun/jna/ptr/PointerByReference";
  private static final String POINTER = "Lcom/sun/jna/Pointer;";
  private static final String LOCK = "Ljava/util/concurrent/locks/ReentrantReadWriteLock;";

  private PcapHandleRewriter() {}

  static void rewrite(ClassNode type) throws UnknownPcap4jException {
    int next = 0;
    int nextEx = 0;
    for (MethodNode method : type.methods) {
      if (!Methods.calls(method, NATIVES, "pcap_next").isEmpty()) {
        next += replaceNew(type, method, HEADER, List.of("newHeader"));
      }
      if (!Methods.calls(method, NATIVES, "pcap_next_ex").isEmpty()) {
        nextEx +=
            replaceNew(type, method, REFERENCE, List.of("newHeaderReference", "newBytesReference"));
      }
    }
    if (next == 0 || nextEx == 0) {
      throw new UnknownPcap4jException(type.name + " reads no single packets");
    }
    endReads(type, Methods.named(type, "close").get(0));
  }

  /** Replaces {@code new T()} by calls of hooks with the handle, the first one by the first. */
  private static int replaceNew(ClassNode type, MethodNode method, String made, List<String> hooks)
      throws UnknownPcap4jException {
    List<MethodInsnNode> constructors = Methods.calls(method, made, "<init>");
    if (constructors.size() != hooks.size()) {
      throw new UnknownPcap4jException(
          type.name + "." + method.name + " makes " + constructors.size() + " of " + made);
    }
    for (int i = 0; i < hooks.size(); i++) {
      replace(type, method, constructors.get(i), hooks.get(i));
    }
    return hooks.size();
  }

  private static void replace(
      ClassNode type, MethodNode method, MethodInsnNode constructor, String hook)
      throws UnknownPcap4jException {
    AbstractInsnNode copied = constructor.getPrevious();
    AbstractInsnNode made = copied.getPrevious();
    if (copied.getOpcode() != Opcodes.DUP || made.getOpcode() != Opcodes.NEW) {
      throw new UnknownPcap4jException(
          type.name + "." + method.name + " gives arguments to " + constructor.owner);
    }
    InsnList code = handle(type);
    code.add(Methods.hook("NetmapNatives", hook, '(' + POINTER + ")L" + constructor.owner + ';'));
    method.instructions.insert(constructor, code);
    method.instructions.remove(made);
    method.instructions.remove(copied);
    method.instructions.remove(constructor);
  }

  private static InsnList handle(ClassNode type) {
    InsnList code = new InsnList();
    code.add(new VarInsnNode(Opcodes.ALOAD, 0));
    code.add(new FieldInsnNode(Opcodes.GETFIELD, type.name, "handle", POINTER));
    return code;
  }

  /** Before all else: if the handle is open and ours, marks it closed and closes it our way. */
  private static void endReads(ClassNode type, MethodNode close) {
    LabelNode stock = new LabelNode();
    InsnList code = new InsnList();
    code.add(new VarInsnNode(Opcodes.ALOAD, 0));
    code.add(new FieldInsnNode(Opcodes.GETFIELD, type.name, "open", "Z"));
    code.add(new JumpInsnNode(Opcodes.IFEQ, stock));
    code.add(handle(type));
    code.add(Methods.hook("NetmapHooks", "isOurs", '(' + POINTER + ")Z"));
    code.add(new JumpInsnNode(Opcodes.IFEQ, stock));
    code.add(new VarInsnNode(Opcodes.ALOAD, 0));
    code.add(new InsnNode(Opcodes.ICONST_0));
    code.add(new FieldInsnNode(Opcodes.PUTFIELD, type.name, "open", "Z"));
    code.add(handle(type));
    code.add(new VarInsnNode(Opcodes.ALOAD, 0));
    code.add(new FieldInsnNode(Opcodes.GETFIELD, type.name, "handleLock", LOCK));
    code.add(Methods.hook("NetmapHooks", "close", '(' + POINTER + LOCK + ")V"));
    code.add(new InsnNode(Opcodes.RETURN));
    code.add(stock);
    code.add(new FrameNode(Opcodes.F_SAME, 0, null, 0, null));
    close.instructions.insert(code);
  }
}
