package potluck.server;

import potluck.server.command.PotluckCommand;

/** Starts the program. */
public final class Main {
  private Main() {}

  public static void main(String[] words) {
    System.exit(PotluckCommand.run(words));
  }
}
