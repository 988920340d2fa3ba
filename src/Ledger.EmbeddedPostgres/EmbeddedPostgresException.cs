namespace Ledger.EmbeddedPostgres;

/// <summary>
/// The embedded PostgreSQL could not be started, or started again. The message is for the operator, states what is wrong and what to do,
/// and is shown without a stack trace.
/// </summary>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="cause">The inner exception.</param>
public sealed class EmbeddedPostgresException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Advice that every message can end with: to use a database that is administered elsewhere.</summary>
    internal const string OrConnect =
        "Or use a database that runs already: --ConnectionStrings:Ledger=\"Host=…;Database=…;Username=…\", "
        + "or the same in the environment variable ConnectionStrings__Ledger.";
}
