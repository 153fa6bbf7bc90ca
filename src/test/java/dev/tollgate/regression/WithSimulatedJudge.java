package dev.tollgate.regression;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Gives each test a simulated judge of its own. */
abstract class WithSimulatedJudge {
  SimulatedJudge simulated;

  @BeforeEach
  void open() throws IOException {
    simulated = new SimulatedJudge();
  }

  @AfterEach
  void close() {
    simulated.close();
  }
}
