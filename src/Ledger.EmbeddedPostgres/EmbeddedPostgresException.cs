namespace Ledger.EmbeddedPostgres;

/// <summary>
/// The service could not start, or keep, a PostgreSQL of its own. The message is meant for whoever started the service:
/// what is wrong, and what to do about it. It is shown as it is, without a stack trace.
/// </summary>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="cause">What showed it.</param>
public sealed class EmbeddedPostgresException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Always the last resort, whatever went wrong: a database that someone else looks after.</summary>
    internal const string OrConnect =
        "Or use a database that runs already: --ConnectionStrings:Ledger=\"Host=…;Database=…;Username=…\", "
        + "or the same in the environment variable ConnectionStrings__Ledger.";
}
