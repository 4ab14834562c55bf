package potluck.server;

import potluck.server.command.PotluckCommand;

/** Where the program begins. */
public final class Main {
  private Main() {}

  public static void main(String[] words) {
    System.exit(PotluckCommand.run(words));
  }
}
