package potluck.dialect;

/** Every dialect by its name: the one place that knows them all. */
public final class Dialects {
  private Dialects() {}
}
