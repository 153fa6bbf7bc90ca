package dev.tollgate.local.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.Keys;
import dev.tollgate.local.LocalCloud;
import dev.tollgate.local.LocalSettings;
import dev.tollgate.local.chaos.Api.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A local cloud in use by two teams, which everything happens to. */
final class Site implements AutoCloseable {
  static final String PROMPT = "/admin/prompts/desk";

  private final Path data;
  private final FaultyConnections connections;
  private final LocalCloud cloud;
  private final Api api;
  private final List<Team> teams;

  private Site(Path data, FaultyConnections connections, LocalCloud cloud)
      throws IOException, InterruptedException {
    this.data = data;
    this.connections = connections;
    this.cloud = cloud;
    this.api = new Api(cloud.url());
    this.teams = List.of(team("amber", "ambervale"), team("birch", "birchwood"));
  }

  static Site start(Random random) throws Exception {
    Path clone = Path.of("").toAbsolutePath();
    Path data =
        Files.createTempDirectory(
            Files.createDirectories(clone.resolve("target/chaos")), "local-cloud");
    FaultyConnections connections = new FaultyConnections(random);
    LocalCloud cloud;
    try {
      cloud = LocalCloud.start(LocalSettings.of(clone, data, Map.of("PORT", "0")), connections);
    } catch (IOException | InterruptedException | RuntimeException e) {
      connections.close();
      throw e;
    }
    Site site = new Site(data, connections, cloud);
    site.prepare();
    return site;
  }

  private Team team(String name, String secret) throws IOException, InterruptedException {
    return new Team(name, Keys.create(cloud.lambda(), name, "invoke"), name + "-user", secret);
  }

  /** Three versions of a prompt, whose answers differ only in what was asked. */
  private void prepare() throws IOException, InterruptedException {
    for (int version = 1; version <= 3; version++) {
      register("Version " + version + " of the desk.");
    }
    move("activate", Api.JSON.createObjectNode().put("version", 1));
  }

  Answer register(String words) throws IOException, InterruptedException {
    ObjectNode version =
        Api.JSON
            .createObjectNode()
            .put("content", words + " Use only the context.\n\nContext: {{context}}")
            .put("model", "claude-haiku-4-5")
            .put("temperature", 0);
    return api.post(PROMPT + "/versions", admin(), version, Api.PATIENT);
  }

  /** Moves the pointer of the prompt, by {@code activate} or {@code rollback}. */
  Answer move(String how, ObjectNode where) throws IOException, InterruptedException {
    where.put("reason", "chaos");
    if (how.equals("activate")) {
      where.put("force", true);
    }
    return api.post(PROMPT + "/" + how, admin(), where, Api.PATIENT);
  }

  Answer report() throws IOException, InterruptedException {
    // Two days, for it may become midnight meanwhile.
    return api.get("/admin/costs?days=2", cloud.keys().finance());
  }

  Answer asAdmin(String path) throws IOException, InterruptedException {
    return api.get(path, admin());
  }

  String admin() {
    return cloud.keys().admin();
  }

  Path data() {
    return data;
  }

  LocalCloud cloud() {
    return cloud;
  }

  FaultyConnections connections() {
    return connections;
  }

  Api api() {
    return api;
  }

  List<Team> teams() {
    return teams;
  }

  @Override
  public void close() throws Exception {
    api.close();
    cloud.close();
    connections.close();
  }
}
