package org.pcapnetmap.pcap4j.rewrite;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Makes each native method of {@code NativeMappings} a call of the method that answers for handles
 * of ours, or, where there is none, of the native one of {@code StockNatives}; and lets the static
 * initializer bind {@code StockNatives} to libpcap.
 */
final class NativeMappingsRewriter {
  private static final String STOCK = "StockNatives";
  private static final String OURS = "NetmapNatives";

  private NativeMappingsRewriter() {}

  static void rewrite(ClassNode type) throws UnknownPcap4jException {
    requireKnown(type);
    Set<String> answered = signatures(Methods.companion(OURS), false);
    for (MethodNode method : type.methods) {
      if (Methods.isNative(method)) {
        String owner = answered.contains(Methods.signature(method)) ? OURS : STOCK;
        handOver(method, owner);
      }
    }
    MethodNode initializer = Methods.named(type, "<clinit>").get(0);
    bindStock(type, initializer);
    mendEnvironment(initializer);
  }

  private static void requireKnown(ClassNode type) throws UnknownPcap4jException {
    Set<String> there = signatures(type, true);
    Set<String> known = signatures(Methods.companion(STOCK), true);
    if (!known.containsAll(there)) {
      there.removeAll(known);
      throw new UnknownPcap4jException("it has native functions that are not known: " + there);
    }
    Set<String> answered = signatures(Methods.companion(OURS), false);
    answered.retainAll(known);
    if (!there.containsAll(answered)) {
      answered.removeAll(there);
      throw new UnknownPcap4jException("it lacks native functions: " + answered);
    }
  }

  private static Set<String> signatures(ClassNode type, boolean onlyNative) {
    return type.methods.stream()
        .filter(method -> !onlyNative || Methods.isNative(method))
        .map(Methods::signature)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void handOver(MethodNode method, String owner) {
    method.access &= ~Opcodes.ACC_NATIVE;
    InsnList code = new InsnList();
    int local = 0;
    for (Type argument : Type.getArgumentTypes(method.desc)) {
      code.add(new VarInsnNode(argument.getOpcode(Opcodes.ILOAD), local));
      local += argument.getSize();
    }
    code.add(Methods.hook(owner, method.name, method.desc));
    code.add(new InsnNode(Type.getReturnType(method.desc).getOpcode(Opcodes.IRETURN)));
    method.instructions = code;
  }

  /** Puts the other class before the library in {@code Native.register(class, library)}. */
  private static void bindStock(ClassNode type, MethodNode initializer)
      throws UnknownPcap4jException {
    MethodInsnNode register = Methods.onlyCall(type, initializer, "com/sun/jna/Native", "register");
    InsnList code = new InsnList();
    code.add(new InsnNode(Opcodes.SWAP));
    code.add(new InsnNode(Opcodes.POP));
    code.add(new LdcInsnNode(Type.getObjectType(Pcap4jClass.PACKAGE + STOCK)));
    code.add(new InsnNode(Opcodes.SWAP));
    initializer.instructions.insertBefore(register, code);
  }

  /** pcap4j 2 makes a path of the Windows variable SystemRoot on Linux, too. */
  private static void mendEnvironment(MethodNode initializer) {
    for (MethodInsnNode call : Methods.calls(initializer, "java/lang/System", "getenv")) {
      initializer.instructions.insert(
          call, Methods.hook("NetmapHooks", "orEmpty", "(Ljava/lang/String;)Ljava/lang/String;"));
    }
  }
}
