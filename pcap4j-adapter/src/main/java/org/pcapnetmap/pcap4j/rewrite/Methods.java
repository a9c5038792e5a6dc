package org.pcapnetmap.pcap4j.rewrite;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** Looks for methods, and for calls in them. */
final class Methods {
  private Methods() {}

  /** A class of the adapter's that lives in pcap4j's package. */
  static ClassNode companion(String simpleName) {
    ClassNode type = new ClassNode();
    new ClassReader(CompanionFile.read(simpleName)).accept(type, ClassReader.SKIP_CODE);
    return type;
  }

  /** Name and descriptor, which tell methods of a class apart. */
  static String signature(MethodNode method) {
    return method.name + method.desc;
  }

  static boolean isNative(MethodNode method) {
    return (method.access & Opcodes.ACC_NATIVE) != 0;
  }

  /** The methods of a name; at least one. */
  static List<MethodNode> named(ClassNode type, String name) throws UnknownPcap4jException {
    List<MethodNode> found = new ArrayList<>();
    for (MethodNode method : type.methods) {
      if (method.name.equals(name)) {
        found.add(method);
      }
    }
    if (found.isEmpty()) {
      throw new UnknownPcap4jException(type.name + " has no method " + name);
    }
    return found;
  }

  /** The calls of a method, in order. */
  static List<MethodInsnNode> calls(MethodNode in, String owner, String name) {
    List<MethodInsnNode> calls = new ArrayList<>();
    for (AbstractInsnNode instruction : in.instructions) {
      if (instruction instanceof MethodInsnNode call
          && call.owner.equals(owner)
          && call.name.equals(name)) {
        calls.add(call);
      }
    }
    return calls;
  }

  /** The one call that there must be. */
  static MethodInsnNode onlyCall(ClassNode type, MethodNode in, String owner, String name)
      throws UnknownPcap4jException {
    List<MethodInsnNode> calls = calls(in, owner, name);
    if (calls.size() != 1) {
      throw new UnknownPcap4jException(
          type.name + "." + in.name + " calls " + name + " " + calls.size() + " times, not once");
    }
    return calls.get(0);
  }

  /** A call of one of the adapter's hooks. */
  static MethodInsnNode hook(String owner, String name, String descriptor) {
    return new MethodInsnNode(
        Opcodes.INVOKESTATIC, Pcap4jClass.PACKAGE + owner, name, descriptor, false);
  }
}
