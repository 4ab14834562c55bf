package potluck.gateway.decision;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.AccountId;

/**
 * What the pool considered for one request: at most {@link #MAX_CANDIDATES} accounts in compact
 * form. It contains no users and no names. Immutable.
 */
public final class Decision {
  public static final int MAX_CANDIDATES = 20;

  /** A request for which nothing was recorded. */
  public static final Decision EMPTY = new Decision(new AccountId[0], new long[0], 0, 0, 0);

  private static final int LONGS = PackedCandidate.LONGS;

  private final AccountId[] accounts;
  private final long[] states;
  private final int size;
  private final int leftOut;
  private final long waitedMs;

  /** The arrays belong to the decision from now on. */
  Decision(AccountId[] accounts, long[] states, int size, int leftOut, long waitedMs) {
    this.accounts = accounts;
    this.states = states;
    this.size = size;
    this.leftOut = leftOut;
    this.waitedMs = waitedMs;
  }

  /** Whether nothing was recorded, as for rows that were imported. */
  public boolean isEmpty() {
    return size == 0 && leftOut == 0;
  }

  /** Number of accounts that were considered and are not among the candidates. */
  public int leftOut() {
    return leftOut;
  }

  /** How long the request waited for an account, in milliseconds. */
  public long waitedMs() {
    return waitedMs;
  }

  /** The candidates in the order in which they were considered, each account once. */
  public List<Candidate> candidates() {
    Map<String, Candidate> byAccount = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      String id = accounts[i].hex();
      byAccount.put(id, PackedCandidate.read(id, states, i * LONGS));
    }
    return new ArrayList<>(byAccount.values());
  }

  Decision withWait(long milliseconds) {
    return new Decision(accounts, states, size, leftOut, milliseconds);
  }

  /** This decision with the states of a later choice, except for accounts that were tried. */
  Decision updatedBy(AccountId[] laterAccounts, long[] laterStates, int laterSize, int leftOutNow) {
    AccountId[] merged = Arrays.copyOf(accounts, MAX_CANDIDATES);
    long[] mergedStates = Arrays.copyOf(states, MAX_CANDIDATES * LONGS);
    int count = size;
    int out = leftOutNow;
    for (int i = 0; i < laterSize; i++) {
      if (PackedCandidate.isTried(laterStates, i * LONGS)) {
        continue;
      }
      int place = 0;
      while (place < count && !laterAccounts[i].equals(merged[place])) {
        place++;
      }
      if (place == MAX_CANDIDATES) {
        out++;
        continue;
      }
      count = Math.max(count, place + 1);
      merged[place] = laterAccounts[i];
      System.arraycopy(laterStates, i * LONGS, mergedStates, place * LONGS, LONGS);
    }
    return new Decision(merged, mergedStates, count, Math.max(leftOut, out), waitedMs);
  }

  /** Writes it in the format that {@link #read} reads: 58 bytes per candidate. */
  public void write(DataOutputStream out) throws IOException {
    out.writeByte(size);
    for (int i = 0; i < size; i++) {
      out.writeUTF(accounts[i].hex());
      for (int j = 0; j < LONGS; j++) {
        out.writeLong(states[i * LONGS + j]);
      }
    }
    out.writeInt(leftOut);
    out.writeLong(waitedMs);
  }

  public static Decision read(DataInputStream in) throws IOException {
    int size = in.readUnsignedByte();
    AccountId[] accounts = new AccountId[size];
    long[] states = new long[size * LONGS];
    for (int i = 0; i < size; i++) {
      accounts[i] = new AccountId(in.readUTF());
      for (int j = 0; j < LONGS; j++) {
        states[i * LONGS + j] = in.readLong();
      }
    }
    int leftOut = in.readInt();
    return new Decision(accounts, states, size, leftOut, in.readLong());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Decision that
        && size == that.size
        && leftOut == that.leftOut
        && waitedMs == that.waitedMs
        && Arrays.equals(accounts, 0, size, that.accounts, 0, size)
        && Arrays.equals(states, 0, size * LONGS, that.states, 0, size * LONGS);
  }

  @Override
  public int hashCode() {
    return Objects.hash(candidates(), leftOut, waitedMs);
  }
}
