package org.pcapnetmap.cli;

import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** A list of options in the order in which help shows them. */
public final class Flags {
  private static final String JSON =
      "end standard output with one JSON object on its last line; a run that cannot begin has none,"
          + " but an error and its exit status";

  private final Options options = new Options();

  /**
   * Adds a switch.
   *
   * @param name one letter or a long name
   * @return this list
   */
  public Flags flag(String name, String description) {
    options.addOption(builder(name).desc(description).get());
    return this;
  }

  /**
   * Adds an option with a value.
   *
   * @param name one letter or a long name
   * @param value what help calls the value
   * @return this list
   */
  public Flags value(String name, String value, String description) {
    options.addOption(builder(name).hasArg().argName(value).desc(description).get());
    return this;
  }

  /**
   * Adds an option whose value may be left out.
   *
   * @param name one letter or a long name
   * @param value what help calls the value
   * @return this list
   */
  public Flags optionalValue(String name, String value, String description) {
    options.addOption(
        builder(name).hasArg().optionalArg(true).argName(value).desc(description).get());
    return this;
  }

  private static Option.Builder builder(String name) {
    return name.length() == 1 ? Option.builder(name) : Option.builder().longOpt(name);
  }

  /** Returns the options for the parser, with {@code --json} and {@code --help} at their end. */
  public Options withJson() {
    flag("json", JSON);
    return end();
  }

  /** Returns the same with a sentence on what the members of the JSON object mean here. */
  public Options withJson(String members) {
    flag("json", JSON + "; " + members);
    return end();
  }

  /** Returns the options for the parser, with {@code --help} at their end. */
  public Options end() {
    options.addOption(Option.builder("h").longOpt("help").desc("print this help").get());
    return options;
  }
}
