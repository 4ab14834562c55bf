package potluck.dialect.wire;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The keys of all open objects, to find duplicates. Small objects (nearly all) are compared in
 * place; large ones, and such with escaped keys, in a hash set, so that no body is quadratic.
 */
final class DuplicateKeyCheck {
  private static final int MAX_COMPARED_IN_PLACE = 24;

  private final byte[] bytes;
  private final int maxMembers;
  private int[] ranges = new int[64];
  private int top;
  private final Map<Integer, Set<String>> large = new HashMap<>();

  DuplicateKeyCheck(byte[] bytes, int most) {
    this.bytes = bytes;
    this.maxMembers = most;
  }

  /** Opens an object; the mark names it. */
  int open() {
    return top;
  }

  void close(int mark) {
    top = mark;
    if (!large.isEmpty()) {
      large.remove(mark);
    }
  }

  void add(int mark, int from, int to, boolean escaped) {
    Set<String> set = large.isEmpty() ? null : large.get(mark);
    if (set == null && (escaped || (top - mark) / 2 >= MAX_COMPARED_IN_PLACE)) {
      set = spill(mark);
    }
    if (set != null) {
      if (!set.add(text(from, to))) {
        throw new MalformedException("the key " + text(from, to) + " comes twice", from);
      }
      if (set.size() > maxMembers) {
        throw new MalformedException("more than " + maxMembers + " members in one object", from);
      }
      return;
    }
    for (int i = mark; i < top; i += 2) {
      if (Arrays.equals(bytes, ranges[i], ranges[i + 1], bytes, from, to)) {
        throw new MalformedException("the key " + text(from, to) + " comes twice", from);
      }
    }
    push(from, to);
  }

  /** Pushed once even for large objects, so that marks of nested objects differ. */
  private Set<String> spill(int mark) {
    Set<String> set = new HashSet<>();
    for (int i = mark; i < top; i += 2) {
      set.add(text(ranges[i], ranges[i + 1]));
    }
    if (top == mark) {
      push(0, 0);
    }
    large.put(mark, set);
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
