package potluck.dialect.model;

import java.util.List;

/** What one side said at once. Immutable. */
public record Turn(Role role, List<Block> blocks) {
  /** Who speaks. Results of tools belong to the user's side. */
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT
  }

  /** All text of the turn, parts joined with an empty line. */
  public String text() {
    StringBuilder all = new StringBuilder();
    for (Block block : blocks) {
      if (block instanceof Block.Text text) {
        all.append(all.isEmpty() ? "" : "\n\n").append(text.text());
      }
    }
    return all.toString();
  }
}
