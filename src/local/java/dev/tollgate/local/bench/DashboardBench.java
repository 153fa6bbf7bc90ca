package dev.tollgate.local.bench;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import dev.tollgate.local.LocalCloud;
import dev.tollgate.local.browser.Chromium;
import dev.tollgate.local.lambda.InvocationResult;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the dashboard weighs, and how long a reader waits, with 90 days of calls in the ledger.
 * Times are taken in the browser, from the reader's act to the new figures.
 */
final class DashboardBench {
  private static final int DAYS = 90;
  private static final int CALLS = 100_000;
  private static final int VISITS = 10;
  private static final Duration MONTH = Duration.ofDays(30);

  /** Acts, and gives the milliseconds until the page has settled and was painted. */
  private static final String MEASURE =
      """
      () => new Promise((resolve) => {
        const main = document.getElementById("main");
        const begun = performance.now();
        new MutationObserver((_, observer) => {
          if (main.hasAttribute("aria-busy") || !main.querySelector(".columns")) return;
          observer.disconnect();
          requestAnimationFrame(() => resolve(performance.now() - begun));
        }).observe(main, { attributes: true, childList: true, subtree: true });
        %s
      })
      """;

  private static final String OPEN =
      "document.getElementById('key').value = '%s';"
          + "document.querySelector('form').requestSubmit();";
  private static final String SPLIT =
      "const list = document.getElementById('split'); list.value = '%s';"
          + "list.dispatchEvent(new Event('change'));";
  private static final List<String> SPLITS = List.of("endpoint", "team", "prompt", "user", "model");

  private final LocalCloud cloud;

  private DashboardBench(LocalCloud cloud) {
    this.cloud = cloud;
  }

  static void measure() throws IOException, InterruptedException, SQLException {
    try (LocalCloud cloud = Bench.cloud("dashboard");
        Chromium chromium = Chromium.start()) {
      new DashboardBench(cloud).run(chromium);
    }
  }

  private void run(Chromium chromium) throws IOException, InterruptedException, SQLException {
    fill();
    Samples visits = new Samples();
    Samples acts = new Samples();
    BenchReport.printSection("The dashboard, 90 days of calls");
    for (int visit = 0; visit < VISITS; visit++) {
      try (BrowserContext context = chromium.browser().newContext()) {
        Page page = context.newPage();
        AtomicLong bytes = countBytes(context, page);
        page.navigate(cloud.url() + "/dashboard#/costs?days=" + DAYS);
        page.locator("#key").waitFor();
        if (visit == 0) {
          BenchReport.printRow("page over the wire", kilobytes(bytes.get()), "150 KB");
        }
        visits.add(measure(page, OPEN.formatted(cloud.keys().finance())));
        for (String split : SPLITS) {
          acts.add(measure(page, SPLIT.formatted(split)));
        }
      }
    }
    BenchReport.printRow(
        "figures after the key, first", BenchReport.formatMillis(visits.first()), "1,000 ms");
    BenchReport.printRow(
        "figures after the key, p50", BenchReport.formatMillis(visits.percentile(50)), "");
    BenchReport.printRow(
        "another split, p50", BenchReport.formatMillis(acts.percentile(50)), "100 ms");
    BenchReport.printRow("another split, p95", BenchReport.formatMillis(acts.percentile(95)), "");
  }

  private void fill() throws IOException, InterruptedException, SQLException {
    Instant now = Instant.now();
    // The calls that follow need their months.
    for (Duration ago = Duration.ZERO; ago.toDays() <= DAYS; ago = ago.plus(MONTH)) {
      byte[] batch = LedgerFixture.batch(1, 0, now.minus(ago));
      if (cloud.lambda().invoke("costLedger", batch) instanceof InvocationResult.Failed failed) {
        throw new IOException("costLedger failed: " + failed.text());
      }
    }
    String url = cloud.engines().postgres().jdbcUrl();
    try (Connection ledger =
        DriverManager.getConnection(url, cloud.engines().postgres().user(), "")) {
      LedgerFixture.fill(ledger, CALLS, Duration.ofDays(DAYS - 1));
    }
  }

  /** Counts what the page's files weigh as they are sent, compressed and with their headers. */
  private static AtomicLong countBytes(BrowserContext context, Page page) {
    AtomicLong bytes = new AtomicLong();
    CDPSession session = context.newCDPSession(page);
    session.send("Network.enable");
    session.on(
        "Network.loadingFinished",
        event -> bytes.addAndGet(event.get("encodedDataLength").getAsLong()));
    return bytes;
  }

  private static Duration measure(Page page, String act) {
    Number millis = (Number) page.evaluate(MEASURE.formatted(act));
    return Duration.ofNanos((long) (millis.doubleValue() * 1e6));
  }

  private static String kilobytes(long bytes) {
    return String.format(Locale.ROOT, "%,.0f KB", bytes / 1000.0);
  }
}
