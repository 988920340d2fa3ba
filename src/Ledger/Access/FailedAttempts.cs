using System.Threading.RateLimiting;
using Ledger.Problems;
using Microsoft.Extensions.Options;

namespace Ledger.Access;

/// <summary>Requests with invalid keys: counted by reason, logged, and limited for each address. A key of 256 random bits cannot be
/// guessed; the limit bounds the noise in the log and the cost of queries. A valid key is accepted also from an address over its
/// limit.</summary>
public sealed class FailedAttempts(IOptions<AccessSettings> settings, LedgerMetrics metrics, ILogger<FailedAttempts> log) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter = EachMinute(settings.Value.FailedAttemptsPerMinute);
    private readonly PartitionedRateLimiter<string> _logged = EachMinute(1);

    /// <summary>True where the address of a request has used up its attempts of this minute.</summary>
    public bool IsLimited(HttpContext http) => _limiter.GetStatistics(AddressOf(http)) is { CurrentAvailablePermits: <= 0 };

    /// <summary>Records a failed attempt.</summary>
    /// <param name="http">The request.</param>
    /// <param name="why">unknown, revoked, expired or malformed: for log and metric. The response does not say which.</param>
    /// <param name="key">Id and name of a key that was revoked or has expired; null where there is none.</param>
    /// <exception cref="ProblemException">429: too many from this address within a minute.</exception>
    public void Record(HttpContext http, string why, string? key = null)
    {
        metrics.AttemptFailed(why);
        var address = AddressOf(http);
        using var lease = _limiter.AttemptAcquire(address);
        if (!lease.IsAcquired)
        {
            LogLimitedOnce(address);
            throw new ProblemException(ProblemKinds.TooMany,
                "Too many requests with keys that open nothing. Check the key, then wait.")
            { RetryAfter = 60 };
        }

        if (key is null)
        {
            LogFailed(log, why, address, null);
        }
        else
        {
            LogKnown(log, key, why, address, null);
        }
    }

    /// <summary>Logs once a minute that an address is over its limit; its single attempts are no longer logged then.</summary>
    private void LogLimitedOnce(string address)
    {
        using var lease = _logged.AttemptAcquire(address);
        if (lease.IsAcquired)
        {
            LogLimited(log, address, settings.Value.FailedAttemptsPerMinute, null);
        }
    }

    public void Dispose()
    {
        _limiter.Dispose();
        _logged.Dispose();
    }

    private static string AddressOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "";

    private static PartitionedRateLimiter<string> EachMinute(int permits) => PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetFixedWindowLimiter(address, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = permits, Window = TimeSpan.FromMinutes(1), QueueLimit = 0,
        }));

    // The presented secret is never logged: it may be a valid key with a typo in it, or one of another service.
    private static readonly Action<ILogger, string, string, Exception?> LogFailed = LoggerMessage.Define<string, string>(LogLevel.Warning,
        new EventId(1, "AttemptFailed"), "A key that is {Why} was presented by {Address}.");

    private static readonly Action<ILogger, string, string, string, Exception?> LogKnown = LoggerMessage.Define<string, string, string>(
        LogLevel.Warning, new EventId(2, "KnownKeyFailed"), "Key {Key}, which is {Why}, was presented by {Address}.");

    private static readonly Action<ILogger, string, int, Exception?> LogLimited = LoggerMessage.Define<string, int>(LogLevel.Warning,
        new EventId(3, "AttemptsLimited"),
        "{Address} has presented more than {Most} keys that open nothing within a minute and is told to wait.");
}
