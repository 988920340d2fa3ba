using Ledger.Problems;
using Ledger.Web;
using Microsoft.Extensions.Options;

namespace Ledger.Access;

/// <summary>Lets a request through to its endpoint if its key has the scope that the endpoint needs. Default closed: a path that says
/// nothing, even one that does not exist, is closed to who has no key, so that nobody learns what is there by knocking.</summary>
public sealed class ApiKeyMiddleware(RequestDelegate next, ApiKeys keys, IOptions<AccessSettings> settings, FailedAttempts failed)
{
    private static readonly Caller Anonymous = new(null, "anonymous", [Scopes.Read], []);
    private static readonly Caller Nobody = new(null, "nobody", [], []);

    public async Task InvokeAsync(HttpContext http)
    {
        var needs = http.GetEndpoint()?.Metadata.GetMetadata<RequiresScope>() ?? (IsRefusedByRouting(http) ? null : new RequiresScope(""));
        if (needs is { Scope: null })
        {
            RequestCaller.Set(http, Nobody);
            await next(http);
            return;
        }

        var caller = await CallerAsync(http);
        RequestCaller.Set(http, caller);
        if (needs is { Scope: { Length: > 0 } scope } && !caller.Has(scope))
        {
            throw new ProblemException(ProblemKinds.Forbidden, $"This call needs a key with the scope '{scope}'; this key has {Listed(caller.Scopes)}.");
        }

        await next(http);
    }

    /// <summary>A wrong method is answered by an endpoint of the framework's own, which carries no scope: any key may learn of it.</summary>
    private static bool IsRefusedByRouting(HttpContext http) => http.GetEndpoint() is not null;

    private async Task<Caller> CallerAsync(HttpContext http)
    {
        var header = http.Request.Headers.Authorization;
        if (header.Count == 0)
        {
            return settings.Value.AnonymousRead && http.GetEndpoint()?.Metadata.GetMetadata<RequiresScope>()?.Scope == Scopes.Read ? Anonymous
                : throw new ProblemException(ProblemKinds.Unauthenticated, "No API key was sent. Send Authorization: Bearer ldg_…");
        }

        if (SecretOf(http) is { } secret)
        {
            // What a limited address presents beside the keys that are held costs no look-up; a key that is held goes through. Where not all
            // keys are held, or what is held cannot be trusted, only the database knows one from the other.
            var recognised = keys.Recall(secret, out var isCertain)
                ?? (isCertain && failed.IsLimited(http) ? Recognised.Unknown : await keys.AskAsync(secret, http.RequestAborted));
            if (recognised.Caller is { } caller)
            {
                return caller;
            }

            failed.Note(http, recognised.WhyNot!, recognised.Whose);
        }
        else
        {
            failed.Note(http, "malformed");
        }

        throw new ProblemException(ProblemKinds.Unauthenticated, "The API key is not known, or was revoked, or has expired.");
    }

    /// <summary>The secret that a request presents, or null.</summary>
    internal static string? SecretOf(HttpContext http)
    {
        const string scheme = "Bearer ";
        return http.Request.Headers.Authorization is [{ } value] && value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            ? value[scheme.Length..].Trim() : null;
    }

    private static string Listed(IReadOnlyList<string> scopes) => scopes.Count == 0 ? "none" : string.Join(", ", scopes);
}
