import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;

/** An agent that changes names in a class of somebody else's: CLASS:OLD:NEW, of one length. */
public class OtherAgent {
  public static void premain(String options, Instrumentation instrumentation) {
    String[] words = options.split(":");
    instrumentation.addTransformer(
        new ClassFileTransformer() {
          @Override
          public byte[] transform(
              ClassLoader loader,
              String name,
              Class<?> redefined,
              ProtectionDomain domain,
              byte[] classFile) {
            if (!words[0].equals(name)) {
              return null;
            }
            String text = new String(classFile, ISO_8859_1);
            return text.replace(words[1], words[2]).getBytes(ISO_8859_1);
          }
        });
  }
}
