package dev.tollgate.evaluation.judge;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Gives each test its own simulated judge. */
public abstract class SimulatedJudgeTestBase {
  public SimulatedJudge simulated;

  @BeforeEach
  void open() throws IOException {
    simulated = new SimulatedJudge();
  }

  @AfterEach
  void close() {
    simulated.close();
  }
}
