package dev.tollgate.provider;

import java.util.ArrayList;
import java.util.List;

/**
 * Parses and formats event streams of the HTML standard. An event without a closing blank line is
 * incomplete and is ignored.
 */
public final class ServerSentEvents {
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final String DATA = "data:";

  /** A field without a value. */
  private static final String NO_DATA = "data";

  private ServerSentEvents() {}

  /** The data of each event. Names, ids and comments are left out. */
  public static List<String> parseData(String stream) {
    String text =
        stream.startsWith(BYTE_ORDER_MARK) ? stream.substring(BYTE_ORDER_MARK.length()) : stream;
    // What stands after the last line end was cut off.
    String whole = text.substring(0, Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1);
    List<String> events = new ArrayList<>();
    List<String> data = new ArrayList<>();
    for (String line : whole.lines().toList()) {
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          events.add(String.join("\n", data));
        }
        data.clear();
      } else if (line.startsWith(DATA)) {
        String value = line.substring(DATA.length());
        data.add(value.startsWith(" ") ? value.substring(1) : value);
      } else if (line.equals(NO_DATA)) {
        data.add("");
      }
    }
    return events;
  }

  /** Formats one event. Its data must be one line, such as compact JSON. */
  public static String format(String name, String data) {
    return "event: " + name + "\n" + format(data);
  }

  /** Formats one event without a name. */
  public static String format(String data) {
    return "data: " + data + "\n\n";
  }
}
