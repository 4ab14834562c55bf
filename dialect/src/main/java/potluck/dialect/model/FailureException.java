package potluck.dialect.model;

/**
 * Ends a request with a {@link Failure}. It is caught in one place, which writes the failure in the
 * caller's dialect. It is used for control flow, so it has no stack trace.
 */
public final class FailureException extends RuntimeException {
  private final transient Failure failure;

  public FailureException(Failure failure) {
    super(failure.message(), null, false, false);
    this.failure = failure;
  }

  public FailureException(Failure.Kind kind, String message) {
    this(Failure.of(kind, message));
  }

  public Failure failure() {
    return failure;
  }
}
