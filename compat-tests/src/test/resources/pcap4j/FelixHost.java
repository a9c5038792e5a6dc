import java.io.File;
import java.util.Map;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.launch.Framework;

/** Starts one bundle in a framework: cache folder, bundle, device, count. */
public class FelixHost {
  public static void main(String[] args) throws Exception {
    Map<String, String> settings =
        Map.of(
            "org.osgi.framework.storage", args[0],
            "org.osgi.framework.storage.clean", "onFirstInit",
            "device", args[2],
            "count", args[3]);
    Framework felix = new FrameworkFactory().newFramework(settings);
    felix.start();
    felix.getBundleContext().installBundle(new File(args[1]).toURI().toString()).start();
    felix.stop();
    felix.waitForStop(10_000);
  }
}
