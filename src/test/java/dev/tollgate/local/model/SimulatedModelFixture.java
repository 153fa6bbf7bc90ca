package dev.tollgate.local.model;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Gives each test a simulated model of its own and a client of it. */
abstract class SimulatedModelFixture {
  SimulatedModel model;
  ModelClient client;

  @BeforeEach
  void start() throws IOException {
    model = SimulatedModel.start(0);
    client = ModelClient.of(model);
  }

  @AfterEach
  void stop() {
    client.close();
    model.close();
  }
}
