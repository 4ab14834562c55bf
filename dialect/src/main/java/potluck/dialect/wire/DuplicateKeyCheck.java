package potluck.dialect.wire;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Finds duplicate keys in all open objects of a document. Keys of small objects, which are nearly
 * all, are compared in place. Large objects, and those with escaped keys, use a hash set, so that
 * the time is never quadratic.
 */
final class DuplicateKeyCheck {
  private static final int MAX_COMPARED_IN_PLACE = 24;

  private final byte[] bytes;
  private final int maxMembers;
  private int[] ranges = new int[64];
  private int top;
  private final Map<Integer, Set<String>> largeObjects = new HashMap<>();

  DuplicateKeyCheck(byte[] bytes, int maxMembers) {
    this.bytes = bytes;
    this.maxMembers = maxMembers;
  }

  /**
   * Opens an object.
   *
   * @return mark of the object, for the other methods
   */
  int open() {
    return top;
  }

  /** Closes an object. */
  void close(int mark) {
    top = mark;
    if (!largeObjects.isEmpty()) {
      largeObjects.remove(mark);
    }
  }

  /**
   * Adds a key.
   *
   * @throws MalformedException if the object has the key already, or too many members
   */
  void add(int mark, int from, int to, boolean escaped) {
    Set<String> set = largeObjects.isEmpty() ? null : largeObjects.get(mark);
    if (set == null && (escaped || (top - mark) / 2 >= MAX_COMPARED_IN_PLACE)) {
      set = spill(mark);
    }
    if (set != null) {
      if (!set.add(text(from, to))) {
        throw new MalformedException("duplicate key " + text(from, to), from);
      }
      if (set.size() > maxMembers) {
        throw new MalformedException("more than " + maxMembers + " members in one object", from);
      }
      return;
    }
    for (int i = mark; i < top; i += 2) {
      if (Arrays.equals(bytes, ranges[i], ranges[i + 1], bytes, from, to)) {
        throw new MalformedException("duplicate key " + text(from, to), from);
      }
    }
    push(from, to);
  }

  /**
   * Moves the keys of an object to a hash set. An empty object still pushes one range, so that the
   * marks of nested objects differ.
   */
  private Set<String> spill(int mark) {
    Set<String> set = new HashSet<>();
    for (int i = mark; i < top; i += 2) {
      set.add(text(ranges[i], ranges[i + 1]));
    }
    if (top == mark) {
      push(0, 0);
    }
    largeObjects.put(mark, set);
    return set;
  }

  private void push(int from, int to) {
    if (top + 2 > ranges.length) {
      ranges = Arrays.copyOf(ranges, ranges.length * 2);
    }
    ranges[top++] = from;
    ranges[top++] = to;
  }

  private String text(int from, int to) {
    return JsonScanner.decodeString(bytes, new Span(from - 1, to + 1));
  }
}
