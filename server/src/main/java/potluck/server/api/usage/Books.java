package potluck.server.api.usage;

import potluck.gateway.meter.BodyLog;
import potluck.gateway.meter.PriceBook;
import potluck.gateway.meter.Tariff;
import potluck.gateway.meter.Usage;
import potluck.gateway.quota.Accounting;
import potluck.gateway.quota.LimitBook;
import potluck.gateway.quota.Quotas;
import potluck.gateway.quota.Statements;
import potluck.gateway.quota.Teams;
import potluck.server.moving.PersonExport;

/** What the routes about usage and money are made of. */
public record Books(
    Usage usage,
    BodyLog bodies,
    Quotas quotas,
    LimitBook limits,
    Teams teams,
    Accounting accounting,
    Statements statements,
    PriceBook prices,
    Tariff tariff,
    PersonExport export) {}
