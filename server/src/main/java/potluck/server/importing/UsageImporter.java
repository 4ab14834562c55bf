package potluck.server.importing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.TokenUsage;
import potluck.gateway.meter.Charge;
import potluck.gateway.meter.Intent;
import potluck.gateway.meter.Ledger;
import potluck.gateway.meter.Reading;
import potluck.gateway.meter.Tariff;
import potluck.gateway.quota.Quotas;
import potluck.server.database.UsageCopy;

/**
 * Imports past usage in batches, each in a transaction. Request ids are derived from the source's
 * ids, so nothing is imported twice. What a request cost was paid in the source, so its quota is
 * given back. For one thread.
 */
final class UsageImporter {
  private static final int BATCH = 500;

  private final Handle handle;
  private final ImportMappings mappings;
  private final String source;
  private final Quotas quotas;
  private final Tariff tariff;
  private final ImportReport report;
  private final boolean apply;
  private final UsageCopy copy = new UsageCopy();
  private final Map<String, Long> userIds;
  private final Map<String, Long> keys = new HashMap<>();

  /**
   * @param handle without a transaction: each batch has its own
   * @param owners ids of imported users, by their ids in the source
   * @param apply false only counts
   */
  UsageImporter(
      Handle handle,
      ImportMappings mappings,
      Map<String, Long> owners,
      String source,
      Quotas quotas,
      Tariff tariff,
      ImportReport report,
      boolean apply) {
    this.handle = handle;
    this.mappings = mappings;
    this.userIds = owners;
    this.source = source;
    this.quotas = quotas;
    this.tariff = tariff;
    this.report = report;
    this.apply = apply;
  }

  void read(ImportSource from) {
    List<Ledger.Row> batch = new ArrayList<>();
    try {
      from.read(
          RecordKind.USAGE,
          new ImportSource.Sink() {
            @Override
            public void accept(SourceRecord found) {
              if (found instanceof SourceRecord.SourceUsage use) {
                toRow(use).ifPresent(batch::add);
              }
              if (batch.size() >= BATCH) {
                post(batch);
              }
            }

            @Override
            public void skip(String label, String why) {
              report.addSkipped(RecordKind.USAGE, label, why);
            }
          });
      post(batch);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<Ledger.Row> toRow(SourceRecord.SourceUsage use) {
    @Nullable Long owner = userIds.get(use.owner());
    if (owner == null) {
      report.addSkipped(RecordKind.USAGE, use.label(), "its user was not imported");
      return Optional.empty();
    }
    long micros = Math.round(Math.min(use.accountsWorth(), 1_000_000) * tariff.accountQuota());
    return Optional.of(
        new Ledger.Row(
            new Intent(
                UUID.nameUUIDFromBytes((source + "/usage/" + use.id()).getBytes(UTF_8)),
                null,
                owner,
                findKey(use.key()),
                use.endpoint(),
                use.method(),
                use.model(),
                use.configType(),
                use.clientApp(),
                use.stream(),
                use.at()),
            new Reading(
                use.status(),
                use.success(),
                false,
                new TokenUsage(use.inputTokens(), 0, 0, use.outputTokens(), 0),
                use.error(),
                null,
                micros > 0,
                new Charge(Charge.UNKNOWN, micros, Charge.UNKNOWN, tariff.groups().of(use.model())),
                -1,
                use.durationMs(),
                List.of()),
            true));
  }

  private long findKey(@Nullable String id) {
    return id == null
        ? Intent.NO_KEY
        : keys.computeIfAbsent(
            id,
            _ ->
                mappings
                    .find(RecordKind.KEY, id)
                    .map(before -> Long.valueOf(before.ownId()))
                    .orElse(Intent.NO_KEY));
  }

  private void post(List<Ledger.Row> batch) {
    if (batch.isEmpty()) {
      return;
    }
    List<Ledger.Row> fresh = copy.findNew(handle, batch);
    if (apply && !fresh.isEmpty()) {
      handle.useTransaction(inside -> quotas.offsetImported(inside, copy.write(inside, fresh)));
    }
    report.addImported(RecordKind.USAGE, fresh.size());
    report.addPresent(RecordKind.USAGE, batch.size() - fresh.size());
    batch.clear();
  }
}
