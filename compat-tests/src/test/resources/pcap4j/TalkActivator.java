import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Runs Talk when its bundle is started. */
public class TalkActivator implements BundleActivator {
  @Override
  public void start(BundleContext context) throws Exception {
    Talk.main(new String[] {context.getProperty("device"), context.getProperty("count")});
  }

  @Override
  public void stop(BundleContext context) {}
}
