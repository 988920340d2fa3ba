using Ledger.Problems;
using Ledger.Web;
using Microsoft.Extensions.Options;

namespace Ledger.Access;

/// <summary>Authenticates a request by its API key and requires the scope of its endpoint (<see cref="RequiresScope"/>). Closed by default:
/// an endpoint without a stated scope, and a path without an endpoint, require a valid key, so that probing paths without one reveals
/// nothing.</summary>
public sealed class ApiKeyMiddleware(RequestDelegate next, ApiKeys keys, IOptions<AccessSettings> settings, FailedAttempts failed)
{
    private static readonly Caller Anonymous = new(null, "anonymous", [Scopes.Read], []);
    private static readonly Caller Nobody = new(null, "nobody", [], []);

    public async Task InvokeAsync(HttpContext http)
    {
        var required = RequirementOf(http) ?? (IsRejectedByRouting(http) ? null : new RequiresScope(""));
        if (required is { Scope: null })
        {
            RequestCaller.Set(http, Nobody);
            await next(http);
            return;
        }

        var caller = await CallerAsync(http);
        RequestCaller.Set(http, caller);
        if (required is { Scope: { Length: > 0 } scope } && !caller.Has(scope))
        {
            throw new ProblemException(ProblemKinds.Forbidden,
                $"This call needs a key with the scope '{scope}'; this key has {Listed(caller.Scopes)}.");
        }

        await next(http);
    }

    private static RequiresScope? RequirementOf(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<RequiresScope>();

    /// <summary>True for an endpoint without a stated scope: the framework's own, which answers 405 to a wrong method. Any valid key may
    /// reach it.</summary>
    private static bool IsRejectedByRouting(HttpContext http) => http.GetEndpoint() is not null;

    private async Task<Caller> CallerAsync(HttpContext http)
    {
        var header = http.Request.Headers.Authorization;
        if (header.Count == 0)
        {
            return settings.Value.AnonymousRead && RequirementOf(http)?.Scope == Scopes.Read ? Anonymous
                : throw new ProblemException(ProblemKinds.Unauthenticated, "No API key was sent. Send Authorization: Bearer ldg_…");
        }

        if (SecretOf(http) is { } secret)
        {
            // An address over its limit costs no query for a secret that is not cached; a cached key is accepted from there too. Where the
            // cache is not whole, or its lease is over, only the database distinguishes a valid secret from an invalid one.
            var recognised = keys.RecogniseCached(secret, out var isWhole)
                ?? (isWhole && failed.IsLimited(http) ? Recognised.Unknown : await keys.RecogniseStoredAsync(secret, http.RequestAborted));
            if (recognised.Caller is { } caller)
            {
                return caller;
            }

            failed.Record(http, recognised.WhyNot!, recognised.Key);
        }
        else
        {
            failed.Record(http, "malformed");
        }

        throw new ProblemException(ProblemKinds.Unauthenticated, "The API key is not known, or was revoked, or has expired.");
    }

    /// <summary>The secret that a request presents, or null.</summary>
    internal static string? SecretOf(HttpContext http)
    {
        const string Scheme = "Bearer ";
        return http.Request.Headers.Authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? value[Scheme.Length..].Trim() : null;
    }

    private static string Listed(IReadOnlyList<string> scopes) => scopes.Count == 0 ? "none" : string.Join(", ", scopes);
}
