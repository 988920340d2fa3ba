namespace Ledger.Hosting.Postgres;

/// <summary>
/// The service could not start, or keep, a PostgreSQL of its own. The message is meant for whoever started the service:
/// what is wrong, and what to do about it. It is shown as it is, without a stack trace.
/// </summary>
public sealed class EmbeddedPostgresException : Exception
{
    /// <summary>Always the last resort, whatever went wrong: a database that someone else looks after.</summary>
    internal const string OrConnect =
        "Or use a database that runs already: --ConnectionStrings:Ledger=\"Host=…;Database=…;Username=…\", "
        + "or the same in the environment variable ConnectionStrings__Ledger.";

    /// <summary>Nothing to say; here because every exception has it.</summary>
    public EmbeddedPostgresException()
    {
    }

    /// <param name="message">What is wrong and what to do.</param>
    public EmbeddedPostgresException(string message)
        : base(message)
    {
    }

    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">What showed it.</param>
    public EmbeddedPostgresException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
