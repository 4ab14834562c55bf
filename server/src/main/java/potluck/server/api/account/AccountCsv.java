package potluck.server.api.account;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.server.http.ApiError;
import potluck.server.http.MessageKey;
import potluck.server.http.SpreadsheetCells;

/**
 * Accounts as CSV. Models are in one cell, separated by spaces; so are the pairs of a model map, as
 * {@code public=theirs}. Source: RFC 4180. Stateless.
 */
final class AccountCsv {
  private static final List<String> COLUMNS =
      List.of(
          "provider",
          "name",
          "base_url",
          "models",
          "model_map",
          "is_shared",
          "priority",
          "weight",
          "max_concurrency",
          "reserve");
  private static final String API_KEY = "api_key";
  private static final CsvMapper CSV = CsvMapper.builder().build();

  private AccountCsv() {}

  /** Never writes credentials. */
  static String write(List<Account> accounts) {
    CsvSchema.Builder schema = CsvSchema.builder().setUseHeader(true).setLineSeparator("\r\n");
    COLUMNS.forEach(schema::addColumn);
    try {
      return CSV.writer(schema.build())
          .writeValueAsString(accounts.stream().map(AccountCsv::row).toList());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> row(Account account) {
    List<String> pairs =
        account.modelMap().entrySet().stream()
            .map(pair -> pair.getKey() + "=" + pair.getValue())
            .sorted()
            .toList();
    Map<String, String> row = new LinkedHashMap<>();
    row.put("provider", account.provider());
    row.put("name", account.name());
    row.put("base_url", account.baseUrl());
    row.put("models", String.join(" ", account.models()));
    row.put("model_map", String.join(" ", pairs));
    row.put("is_shared", account.shared() ? "1" : "0");
    row.put("priority", Integer.toString(account.priority()));
    row.put("weight", Integer.toString(account.weight()));
    row.put("max_concurrency", Integer.toString(account.maxConcurrency()));
    row.put("reserve", Double.toString(account.reserve()));
    row.replaceAll((_, text) -> SpreadsheetCells.escape(text));
    return row;
  }

  /**
   * Reads CSV with a header. The columns may be in any order; an empty cell counts as not given.
   *
   * @throws ApiError 400 if the table cannot be read
   */
  static List<AccountValidator.AccountFields> read(byte[] table) {
    try (MappingIterator<Map<String, String>> rows =
        CSV.readerForMapOf(String.class)
            .with(CsvSchema.emptySchema().withHeader())
            .with(CsvParser.Feature.SKIP_EMPTY_LINES)
            .with(CsvParser.Feature.TRIM_SPACES)
            .with(CsvParser.Feature.EMPTY_STRING_AS_NULL)
            .readValues(table)) {
      List<AccountValidator.AccountFields> read = new ArrayList<>();
      Set<String> known = new HashSet<>(COLUMNS);
      known.add(API_KEY);
      while (rows.hasNextValue()) {
        Map<String, String> row = rows.nextValue();
        Set<String> unknownColumns = new TreeSet<>(row.keySet());
        unknownColumns.removeAll(known);
        if (!unknownColumns.isEmpty()) {
          throw new ApiError(
              400, MessageKey.CSV_UNKNOWN_COLUMN, String.join(", ", unknownColumns), columnList());
        }
        read.add(toFields(row));
      }
      return read;
    } catch (IOException e) {
      throw invalidCsv(e);
    }
  }

  private static ApiError invalidCsv(IOException why) {
    String said =
        why instanceof JsonProcessingException json ? json.getOriginalMessage() : "" + why;
    return new ApiError(400, MessageKey.CSV_UNREADABLE, said.lines().findFirst().orElse(""));
  }

  private static String columnList() {
    return String.join(", ", COLUMNS) + ", " + API_KEY + ".";
  }

  private static AccountValidator.AccountFields toFields(Map<String, String> row) {
    row.replaceAll((_, text) -> text == null ? null : SpreadsheetCells.unescape(text));
    return new AccountValidator.AccountFields(
        row.get("provider"),
        row.get("name"),
        row.get("base_url"),
        row.get(API_KEY),
        value(row, "models", text -> List.of(text.split("\\s+"))),
        value(row, "model_map", AccountCsv::pairs),
        number(row, "is_shared", Integer::valueOf),
        number(row, "priority", Integer::valueOf),
        number(row, "weight", Integer::valueOf),
        number(row, "max_concurrency", Integer::valueOf),
        number(row, "reserve", Double::valueOf));
  }

  private static Map<String, String> pairs(String text) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : text.split("\\s+")) {
      int at = pair.indexOf('=');
      if (at < 1) {
        throw new ApiError(400, MessageKey.CSV_INVALID_MODEL_MAP, pair);
      }
      pairs.put(pair.substring(0, at), pair.substring(at + 1));
    }
    return pairs;
  }

  private static <T> @Nullable T number(
      Map<String, String> row, String column, Function<String, T> reader) {
    try {
      return value(row, column, reader);
    } catch (NumberFormatException e) {
      throw new ApiError(400, MessageKey.CSV_NOT_A_NUMBER, column, row.get(column));
    }
  }

  private static <T> @Nullable T value(
      Map<String, String> row, String column, Function<String, T> reader) {
    @Nullable String text = row.get(column);
    return text == null || text.isBlank() ? null : reader.apply(text.strip());
  }
}
