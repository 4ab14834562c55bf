package potluck.server.settings;

/** The version of this program. */
public final class ProgramVersion {
  /** Such as {@code 1.2.3}. */
  public static final String NUMBER = "0.2.0";

  private ProgramVersion() {}
}
