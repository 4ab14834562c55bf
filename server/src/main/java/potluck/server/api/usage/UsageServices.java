package potluck.server.api.usage;

import potluck.gateway.meter.BodyLog;
import potluck.gateway.meter.PriceStore;
import potluck.gateway.meter.ServedToday;
import potluck.gateway.meter.Tariff;
import potluck.gateway.meter.UsageQueries;
import potluck.gateway.quota.LedgerQueries;
import potluck.gateway.quota.LimitStore;
import potluck.gateway.quota.QuotaHistory;
import potluck.gateway.quota.Quotas;
import potluck.gateway.quota.Statements;
import potluck.gateway.quota.Teams;
import potluck.server.exporting.UserExport;

/** The services that the routes around usage need. */
public record UsageServices(
    UsageQueries usage,
    BodyLog bodyLog,
    Quotas quotas,
    LimitStore limitBook,
    Teams teams,
    LedgerQueries accounting,
    Statements statements,
    QuotaHistory quotaHistory,
    PriceStore priceBook,
    Tariff tariff,
    ServedToday servedToday,
    UserExport userExport) {}
