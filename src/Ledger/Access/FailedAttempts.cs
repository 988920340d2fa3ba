using System.Threading.RateLimiting;
using Ledger.Hosting;
using Microsoft.Extensions.Options;

namespace Ledger.Access;

/// <summary>Presented keys that opened nothing: counted by reason, told to the log, and limited for each address. A key of 256 random bits
/// is not guessed; what is limited is the noise, and what it costs. A key that is known goes through whatever its neighbours try.</summary>
public sealed class FailedAttempts(IOptions<LedgerSettings> settings, ILogger<FailedAttempts> log) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetFixedWindowLimiter(address, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = settings.Value.FailedAttemptsPerMinute, Window = TimeSpan.FromMinutes(1), QueueLimit = 0,
        }));

    /// <summary>Takes note of one.</summary>
    /// <param name="why">unknown, revoked, expired or malformed: for the operator. Who presented it learns only that it opened nothing.</param>
    /// <exception cref="ProblemException">429: too many from this address within a minute.</exception>
    public void Note(HttpContext http, string why)
    {
        Telemetry.AttemptFailed(why);
        var address = http.Connection.RemoteIpAddress?.ToString() ?? "";
        using var lease = _limiter.AttemptAcquire(address);
        if (!lease.IsAcquired)
        {
            throw new ProblemException(Problems.TooMany, "Too many requests with keys that open nothing. Check the key, then wait.") { RetryAfter = 60 };
        }

        LogFailed(log, why, address, null);
    }

    public void Dispose() => _limiter.Dispose();

    // Never what was presented: it may be a key with a typo in it, or one that opens another service.
    private static readonly Action<ILogger, string, string, Exception?> LogFailed = LoggerMessage.Define<string, string>(LogLevel.Warning,
        new EventId(1, "AttemptFailed"), "A key that is {Why} was presented by {Address}.");
}
