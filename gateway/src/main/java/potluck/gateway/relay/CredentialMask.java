package potluck.gateway.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import potluck.gateway.account.Secret;

/**
 * Finds a credential in passing bytes, in each encoding that upstreams echo it in: plain, base64,
 * URL and hex. Uses the search of Wu and Manber for several patterns: in bytes without the
 * credential, only every few dozen bytes are examined. Immutable.
 */
final class CredentialMask {
  /** Shorter credentials are not secret, and would be found everywhere. */
  private static final int MIN_SECRET_LENGTH = 8;

  private static final byte[] REPLACEMENT = "***".getBytes(US_ASCII);
  private static final int SLOTS = 4096;

  private final List<byte[]> encodings;
  private final int window;
  private final byte[] shifts = new byte[SLOTS];
  private final boolean[] presentBytes = new boolean[256];

  private CredentialMask(List<byte[]> encodings) {
    this.encodings = encodings;
    this.window =
        Math.min(
            encodings.stream().mapToInt(encoding -> encoding.length).min().orElse(0),
            Byte.MAX_VALUE);
    Arrays.fill(shifts, (byte) Math.max(0, window - 1));
    for (byte[] encoding : encodings) {
      for (int i = 1; i < window; i++) {
        int slot = slot(encoding[i - 1], encoding[i]);
        shifts[slot] = (byte) Math.min(shifts[slot], window - 1 - i);
      }
      for (byte b : encoding) {
        presentBytes[b & 0xFF] = true;
      }
    }
  }

  static CredentialMask of(Secret secret) {
    return new CredentialMask(
        encodings(secret).stream().map(encoding -> encoding.getBytes(UTF_8)).toList());
  }

  /** All encodings of a credential, the plain one first; none if it is too short. */
  static List<String> encodings(Secret secret) {
    String plain = secret.reveal();
    if (plain.length() < MIN_SECRET_LENGTH) {
      return List.of();
    }
    byte[] bytes = secret.bytes();
    String hex = HexFormat.of().formatHex(bytes);
    Set<String> forms = new LinkedHashSet<>();
    forms.add(plain);
    forms.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
    forms.add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    forms.add(URLEncoder.encode(plain, UTF_8));
    forms.add(hex);
    forms.add(hex.toUpperCase(Locale.ROOT));
    return List.copyOf(forms);
  }

  private static int slot(byte first, byte second) {
    return ((first & 0xFF) * 67 + (second & 0xFF)) & (SLOTS - 1);
  }

  /** Masks the bytes of one answer, in order. Used by one thread. */
  final class MaskingStream {
    private byte[] held = new byte[0];

    /**
     * Returns the bytes that may leave now; holds back bytes that may be the start of the
     * credential.
     *
     * @param last whether no more bytes follow
     */
    byte[] pass(byte[] arrived, boolean last) {
      byte[] bytes = held.length == 0 ? arrived : joined(held, arrived);
      byte[] clean = maskIn(bytes);
      int keep = last ? 0 : partialMatchLength(clean);
      held = keep == 0 ? new byte[0] : Arrays.copyOfRange(clean, clean.length - keep, clean.length);
      return keep == 0 ? clean : Arrays.copyOf(clean, clean.length - keep);
    }
  }

  MaskingStream newStream() {
    return new MaskingStream();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  /** Returns the argument itself if it does not contain the credential. */
  private byte[] maskIn(byte[] b) {
    if (window < 2) {
      return b;
    }
    ByteArrayOutputStream out = null;
    int copied = 0;
    int end = window - 1;
    while (end < b.length) {
      int shift = shifts[slot(b[end - 1], b[end])];
      if (shift > 0) {
        end += shift;
        continue;
      }
      int found = matchLength(b, end - window + 1);
      if (found == 0) {
        end++;
        continue;
      }
      out = out == null ? new ByteArrayOutputStream(b.length) : out;
      int start = end - window + 1;
      out.write(b, copied, start - copied);
      out.writeBytes(REPLACEMENT);
      copied = start + found;
      end = copied + window - 1;
    }
    if (out == null) {
      return b;
    }
    out.write(b, copied, b.length - copied);
    return out.toByteArray();
  }

  /** The length of the longest encoding that starts there; 0 if none does. */
  private int matchLength(byte[] b, int at) {
    int longest = 0;
    for (byte[] encoding : encodings) {
      if (encoding.length > longest
          && at + encoding.length <= b.length
          && Arrays.equals(b, at, at + encoding.length, encoding, 0, encoding.length)) {
        longest = encoding.length;
      }
    }
    return longest;
  }

  /** The number of bytes at the end that may be the start of an encoding. */
  private int partialMatchLength(byte[] b) {
    if (b.length == 0 || !presentBytes[b[b.length - 1] & 0xFF]) {
      return 0;
    }
    int longest = 0;
    for (byte[] encoding : encodings) {
      for (int size = Math.min(encoding.length - 1, b.length); size > longest; size--) {
        if (Arrays.equals(b, b.length - size, b.length, encoding, 0, size)) {
          longest = size;
        }
      }
    }
    return longest;
  }
}
