package potluck.gateway.relay;

import java.util.List;
import potluck.dialect.model.Failure;
import potluck.gateway.meter.Intent;
import potluck.gateway.meter.Reading;

/** Passes everything to several observers, in order. Thread-safe. */
public record ObserverGroup(List<Observer> observers) implements Observer {
  public ObserverGroup {
    observers = List.copyOf(observers);
  }

  @Override
  public void attempted(String provider, String outcome) {
    observers.forEach(each -> each.attempted(provider, outcome));
  }

  @Override
  public void lost(String from, String to, List<String> names) {
    observers.forEach(each -> each.lost(from, to, names));
  }

  @Override
  public void finished(String dialect, String model, boolean stream, Reading reading) {
    observers.forEach(each -> each.finished(dialect, model, stream, reading));
  }

  @Override
  public void opened(Intent intent) {
    observers.forEach(each -> each.opened(intent));
  }

  @Override
  public void closed(Intent intent, Reading reading) {
    observers.forEach(each -> each.closed(intent, reading));
  }

  @Override
  public void refused(Call call, Failure failure) {
    observers.forEach(each -> each.refused(call, failure));
  }
}
