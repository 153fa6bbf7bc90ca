package dev.tollgate.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code endpoints.json}: where a running local cloud is reached, for scripts. */
final class EndpointsFile implements AutoCloseable {
  private static final String NAME = "endpoints.json";

  private final Path file;

  private EndpointsFile(Path file) {
    this.file = file;
  }

  /** Deletes the file of a killed run. The caller must hold the folder's lock. */
  static void deleteStale(Path data) throws IOException {
    Files.deleteIfExists(data.resolve(NAME));
  }

  static EndpointsFile write(Path data, LocalCloud cloud) throws IOException {
    Path file = data.resolve(NAME);
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("url", cloud.url().toString());
    json.putObject("keys")
        .put("admin", cloud.keys().admin())
        .put("invoke", cloud.keys().invoke())
        .put("finance", cloud.keys().finance());
    json.put("dashboard", dashboard(cloud));
    json.put("simulated_model", cloud.model().map(model -> model.url().toString()).orElse(null));
    json.put("lambda", cloud.lambda().endpoint().toString());
    PrivateFile.write(file, json.toPrettyString());
    return new EndpointsFile(file);
  }

  static String dashboard(LocalCloud cloud) {
    return cloud.url() + "/dashboard";
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
