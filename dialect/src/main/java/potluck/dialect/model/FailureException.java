package potluck.dialect.model;

/**
 * Thrown where a request ends in a {@link Failure}; caught in one place, which writes it in the
 * caller's dialect. It is control flow and not a defect, so it carries no stack trace.
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
