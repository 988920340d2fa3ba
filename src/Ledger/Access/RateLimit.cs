using System.Threading.RateLimiting;
using Ledger.Problems;
using Ledger.Web;
using Microsoft.Extensions.Options;

namespace Ledger.Access;

/// <summary>Rate limit of requests a second for each key (or address, without a key), where <see cref="AccessSettings.RequestsPerSecond"/>
/// is set.</summary>
public static class RateLimit
{
    public static void AddRateLimit(this IServiceCollection services) => services.AddRateLimiter(limiter =>
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
        {
            var most = http.RequestServices.GetRequiredService<IOptions<AccessSettings>>().Value.RequestsPerSecond;
            var partition = RequestCaller.Of(http).KeyId ?? http.Connection.RemoteIpAddress?.ToString() ?? "";
            return most is { } permits && !http.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
                ? RateLimitPartition.GetTokenBucketLimiter(partition, _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = permits, TokensPerPeriod = permits, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0,
                })
                : RateLimitPartition.GetNoLimiter("");
        });
        limiter.OnRejected = (rejected, _) => new ValueTask(ProblemMiddleware.WriteAsync(rejected.HttpContext,
            new ProblemException(ProblemKinds.TooMany, "More requests than this service takes from one key in a second.")
            {
                RetryAfter = 1,
            }));
    });
}
