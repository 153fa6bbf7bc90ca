package dev.tollgate.cli.costs;

import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ApiClient.CsvPage;
import dev.tollgate.cli.client.CommandException;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes all pages of calls, or of their sums, into one CSV file. */
@Command(name = "export", description = "Write calls as CSV, or their sums with --by.")
final class ExportCostsCommand implements Callable<Integer> {
  private static final String PAGE_SIZE = "5000";
  private static final String LINE_END = "\r\n";

  private final Session session;

  @Mixin private final CostFilters filters = new CostFilters();

  @Option(
      names = "--by",
      split = ",",
      paramLabel = "DIMENSION",
      description = "Write sums by these dimensions, as `tollgate costs --by` does.")
  private List<String> groupBy = new ArrayList<>();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "Output file; default: standard output.")
  private Optional<String> file = Optional.empty();

  ExportCostsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    try {
      if (file.isPresent()) {
        export(session.resolve(file.get()));
      } else {
        export(session.out());
      }
      return ExitCode.OK;
    } catch (IOException e) {
      throw new CommandException("Cannot write the export: " + e, e);
    }
  }

  /** Writes to a temporary file first, so that a partial export never looks complete. */
  private void export(Path target) throws IOException {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try {
      try (OutputStream out = Files.newOutputStream(part)) {
        export(out);
      }
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
    session.printMessage("Wrote " + file.orElseThrow());
  }

  private void export(OutputStream out) throws IOException {
    ApiClient api = session.api();
    String path =
        (groupBy.isEmpty()
                ? ApiClient.path("admin", "costs", "calls")
                : ApiClient.path("admin", "costs"))
            + filters.query().addAll("group_by", groupBy).add("limit", PAGE_SIZE);
    CsvPage page = api.getCsv(path);
    write(out, page.text());
    while (!page.cursor().isEmpty()) {
      page = api.getCsv(path + "&cursor=" + ApiClient.encode(page.cursor()));
      // Every page repeats the headings.
      write(out, page.text().substring(page.text().indexOf(LINE_END) + LINE_END.length()));
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
    if (out instanceof PrintStream stream && stream.checkError()) {
      throw new IOException("the output was closed");
    }
  }
}
