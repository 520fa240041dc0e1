package uk.ac.manchester.tornado.api.enums;

/** When a task graph copies an object between host and device. */
public class DataTransferMode {
  /** When the graph is executed for the first time, and never again. */
  public static final int FIRST_EXECUTION = 0;

  /** Each time that the graph is executed. */
  public static final int EVERY_EXECUTION = 1;

  /** When the host asks for it. */
  public static final int UNDER_DEMAND = 2;

  private DataTransferMode() {}
}
