package org.pcapnetmap.cli;

import java.util.List;
import org.apache.commons.cli.Option;

/** What {@code --help} prints, made from the same options that the parser uses. */
final class HelpText {
  private static final int MIN_GAP = 2;
  private static final int WIDTH = 80;

  private HelpText() {}

  static String overview(List<Command> commands) {
    StringBuilder text = new StringBuilder("usage: nmcap COMMAND [options]\n\n");
    text.append("Captures, sends and looks at traffic on netmap ports.\n\n");
    commands.forEach(c -> entry(text, c.name(), c.summary(), 10));
    return text.append("\n'nmcap COMMAND --help' tells more. 'nmcap --version' says which one.\n")
        .append("Exit status: 0 success (Ctrl-C too), 1 run-time error, 2 usage error.")
        .toString();
  }

  static String of(Command command) {
    StringBuilder text = new StringBuilder("usage: nmcap ");
    text.append(command.name()).append(' ').append(command.usage()).append("\n\n");
    wrap(text, command.summary() + '.', 0);
    text.append('\n');
    List<Option> options = List.copyOf(command.options().getOptions());
    int width = options.stream().mapToInt(o -> label(o).length()).max().orElse(0) + MIN_GAP;
    options.forEach(o -> entry(text, label(o), o.getDescription(), width));
    return text.toString().stripTrailing();
  }

  private static String label(Option option) {
    String shortName = option.getOpt();
    String longName = option.getLongOpt();
    StringBuilder label = new StringBuilder(shortName == null ? "    " : "-" + shortName);
    if (longName != null) {
      label.append(shortName == null ? "--" : ", --").append(longName);
    }
    if (option.hasArg()) {
      String value = ' ' + option.getArgName();
      label.append(option.hasOptionalArg() ? " [" + option.getArgName() + ']' : value);
    }
    return label.toString();
  }

  private static void entry(StringBuilder text, String label, String description, int width) {
    text.append("  ").append(label).append(" ".repeat(Math.max(1, width - label.length())));
    wrap(text, description, width + 2);
  }

  /** Appends words from the current column on, in lines that begin at the margin. */
  private static void wrap(StringBuilder text, String words, int margin) {
    int column = margin;
    String separator = "";
    for (String word : words.split(" ")) {
      if (column + separator.length() + word.length() > WIDTH && !separator.isEmpty()) {
        text.append('\n').append(" ".repeat(margin));
        column = margin;
        separator = "";
      }
      text.append(separator).append(word);
      column += separator.length() + word.length();
      separator = " ";
    }
    text.append('\n');
  }
}
