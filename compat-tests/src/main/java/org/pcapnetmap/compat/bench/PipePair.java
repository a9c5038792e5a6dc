package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.List;

/**
 * Two programs at the ends of a pipe, which trade buffers: frames read a second.
 *
 * @param language what both are written in
 * @param load what is sent
 */
record PipePair(Language language, Load load) implements Contestant {
  private static final List<String> FROM = List.of("-p", "vale0:a{1");
  private static final List<String> TO = List.of("-p", "vale0:a}1");

  @Override
  public String name() {
    return "pipe " + language + " to " + language + ", " + load;
  }

  @Override
  public Unit unit() {
    return load.unit();
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    return new DevicePair(language, language, load, false).run(bench, FROM, TO);
  }
}
