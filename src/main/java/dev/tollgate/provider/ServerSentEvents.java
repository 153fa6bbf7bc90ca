package dev.tollgate.provider;

import java.util.ArrayList;
import java.util.List;

/**
 * Streams of events as the HTML standard has them. An event that no blank line ends is not one: the
 * stream was cut within it.
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

  /** One event. Its data must be in one line, as JSON is. */
  public static String format(String name, String data) {
    return "event: " + name + "\n" + format(data);
  }

  /** One event without a name. */
  public static String format(String data) {
    return "data: " + data + "\n\n";
  }
}
