package potluck.dialect.model;

import java.util.List;

/** What one side says before the other side continues. Immutable. */
public record Turn(Role role, List<Block> blocks) {
  /** Who speaks. Tool results belong to the user's side. */
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT
  }

  /** All text blocks, joined with an empty line. */
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
