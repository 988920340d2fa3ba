using System.Threading.RateLimiting;
using Ledger.Problems;
using Microsoft.Extensions.Options;

namespace Ledger.Access;

/// <summary>Presented keys that opened nothing: counted by reason, told to the log, and limited for each address. A key of 256 random bits
/// is not guessed; what is limited is the noise, and what it costs. A key that is known goes through whatever its neighbours try.</summary>
public sealed class FailedAttempts(IOptions<AccessSettings> settings, LedgerMetrics metrics, ILogger<FailedAttempts> log) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter = EachMinute(settings.Value.FailedAttemptsPerMinute);
    private readonly PartitionedRateLimiter<string> _said = EachMinute(1);

    /// <summary>The address of a request has had its attempts of this minute.</summary>
    public bool IsLimited(HttpContext http) => _limiter.GetStatistics(AddressOf(http)) is { CurrentAvailablePermits: <= 0 };

    /// <summary>Takes note of one.</summary>
    /// <param name="why">unknown, revoked, expired or malformed: for the operator. Who presented it learns only that it opened nothing.</param>
    /// <param name="whose">Id and name of a known key, whose owner needs to be told.</param>
    /// <exception cref="ProblemException">429: too many from this address within a minute.</exception>
    public void Note(HttpContext http, string why, string? whose = null)
    {
        metrics.AttemptFailed(why);
        var address = AddressOf(http);
        using var lease = _limiter.AttemptAcquire(address);
        if (!lease.IsAcquired)
        {
            Say(address);
            throw new ProblemException(ProblemKinds.TooMany, "Too many requests with keys that open nothing. Check the key, then wait.") { RetryAfter = 60 };
        }

        if (whose is null)
        {
            LogFailed(log, why, address, null);
        }
        else
        {
            LogKnown(log, whose, why, address, null);
        }
    }

    /// <summary>Once a minute for an address, that it is told to wait: beyond the limit its attempts are not told one by one.</summary>
    private void Say(string address)
    {
        using var lease = _said.AttemptAcquire(address);
        if (lease.IsAcquired)
        {
            LogLimited(log, address, settings.Value.FailedAttemptsPerMinute, null);
        }
    }

    public void Dispose()
    {
        _limiter.Dispose();
        _said.Dispose();
    }

    private static string AddressOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "";

    private static PartitionedRateLimiter<string> EachMinute(int permits) => PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetFixedWindowLimiter(address, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = permits, Window = TimeSpan.FromMinutes(1), QueueLimit = 0,
        }));

    // Never what was presented: it may be a key with a typo in it, or one that opens another service.
    private static readonly Action<ILogger, string, string, Exception?> LogFailed = LoggerMessage.Define<string, string>(LogLevel.Warning,
        new EventId(1, "AttemptFailed"), "A key that is {Why} was presented by {Address}.");

    private static readonly Action<ILogger, string, string, string, Exception?> LogKnown = LoggerMessage.Define<string, string, string>(LogLevel.Warning,
        new EventId(2, "KnownKeyFailed"), "Key {Key}, which is {Why}, was presented by {Address}.");

    private static readonly Action<ILogger, string, int, Exception?> LogLimited = LoggerMessage.Define<string, int>(LogLevel.Warning,
        new EventId(3, "AttemptsLimited"), "{Address} has presented more than {Most} keys that open nothing within a minute and is told to wait.");
}
