package org.pcapnetmap.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of texts, printed in columns that are as wide as they need; numbers stand to the right. */
public final class Table {
  private static final String GAP = "  ";

  private final List<String[]> rows = new ArrayList<>();

  /**
   * Begins a table.
   *
   * @param headings one for each column
   */
  public Table(String... headings) {
    rows.add(headings);
  }

  /**
   * Adds a row.
   *
   * @param cells as many as there are headings
   */
  public void add(String... cells) {
    if (cells.length != rows.get(0).length) {
      throw new IllegalArgumentException("a row of " + cells.length + " cells");
    }
    rows.add(cells);
  }

  /** Returns the lines of the table. */
  public List<String> lines() {
    return rows.stream().map(this::line).toList();
  }

  private String line(String[] row) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < row.length; column++) {
      String space = " ".repeat(width(column) - row[column].length());
      boolean right = isNumeric(column);
      line.append(column == 0 ? "" : GAP);
      line.append(right ? space : "").append(row[column]).append(right ? "" : space);
    }
    return line.toString().stripTrailing();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row[column].length()).max().orElse(0);
  }

  private boolean isNumeric(int column) {
    return rows.stream().skip(1).allMatch(row -> row[column].matches("[-0-9].*|"));
  }
}
