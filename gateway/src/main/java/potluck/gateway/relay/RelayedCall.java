package potluck.gateway.relay;

import potluck.dialect.model.Ask;
import potluck.gateway.meter.Meter;
import potluck.gateway.quota.Hold;
import potluck.gateway.route.ModelRoute;

/**
 * A call that is being served, with what belongs to it until its end, through all its attempts.
 * Used by one thread.
 *
 * @param ask what the body asks for
 * @param route where it may be served
 * @param hold the reservation of its estimated use
 * @param writer writes the answer
 * @param meter counts it
 * @param span traces it
 */
record RelayedCall(
    Call call,
    Ask ask,
    ModelRoute route,
    Hold hold,
    ResponseWriter writer,
    Meter meter,
    Tracer.RequestSpan span) {}
