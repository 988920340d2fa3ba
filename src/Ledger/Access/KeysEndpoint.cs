using System.Text.Json;
using System.Text.RegularExpressions;
using FluentValidation;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Access;

/// <summary>Body of POST /v1/keys.</summary>
public sealed record CreateKeyRequest
{
    /// <summary>Name of the key's reporter.</summary>
    public string? Name { get; init; }

    /// <summary>Of <see cref="Problems.Scopes.All"/>; at least one, none twice.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>The feeds that it may post to, beside its own; <c>*</c> is all.</summary>
    public IReadOnlyList<string>? Feeds { get; init; }

    /// <summary>RFC 3339; absent: never.</summary>
    public string? Expires { get; init; }
}

/// <summary>Rules of <see cref="CreateKeyRequest"/>.</summary>
public sealed partial class KeyRules : AbstractValidator<CreateKeyRequest>
{
    public KeyRules(TimeProvider clock)
    {
        RuleFor(x => x.Name).Required()
            .Must(x => x is null || KeyName().IsMatch(x)).WithErrorCode("name")
            .WithMessage("A key's name is that of its reporter, and part of its feed's URI: "
                + "1–64 of a–z, 0–9, '.', '_' and '-', beginning with a letter or digit.")
            .Must(x => x != Catalogue.ShippedCatalogue.Reporter).WithErrorCode("reserved")
            .WithMessage($"'{Catalogue.ShippedCatalogue.Reporter}' is the service itself.");
        RuleFor(x => x.Scopes).Required().Must(x => x is null || (x.Count > 0 && x.Distinct(StringComparer.Ordinal).Count() == x.Count))
            .WithErrorCode("count").WithMessage("At least one scope, none twice.");
        RuleForEach(x => x.Scopes).Required().OneOf(Problems.Scopes.All);
        RuleFor(x => x.Feeds).Must(x => x is null || x.Count <= Limits.FeedsOfKey).WithErrorCode("count")
            .WithMessage($"At most {Limits.FeedsOfKey} feeds; * grants all.");
        RuleForEach(x => x.Feeds).Required().Must(x => x is null or Caller.AllFeeds || MemberRules.WhyNotFeed(x) is null)
            .WithErrorCode("uri").WithMessage((_, x) => $"{MemberRules.WhyNotFeed(x)} * stands for all feeds.");
        RuleFor(x => x.Expires).Must(x => x is null || (Rfc3339.TryParse(x, out var end) && end > clock.GetUtcNow()))
            .WithErrorCode("expires")
            .WithMessage("A time of RFC 3339 with its offset that is still to come, such as 2027-01-01T00:00:00Z.");
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex KeyName();
}

/// <summary>GET, POST and DELETE /v1/keys. The secret is in the response to POST and nowhere else.</summary>
public static class KeysEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/keys", ListAsync).WithMetadata(new RequiresScope(Scopes.Admin)).WithName("keys");
        routes.MapPost("/v1/keys", MakeAsync).WithMetadata(new RequiresScope(Scopes.Admin), new Uncompressed()).WithName("make-key");
        routes.MapDelete("/v1/keys/{id}", RevokeAsync).WithMetadata(new RequiresScope(Scopes.Admin)).WithName("revoke-key");
    }

    private static async Task ListAsync(HttpContext http, ApiKeys keys)
    {
        QueryParameters.None(http);
        var all = await keys.ListAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        await JsonResponse.JsonAsync(http, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var key in all)
            {
                Write(writer, key, null);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static async Task MakeAsync(HttpContext http, ApiKeys keys, TimeProvider clock)
    {
        QueryParameters.None(http);
        using var body = await RequestBody.ReadJsonAsync(http);
        var request = StrictJson.Read<CreateKeyRequest>(body.RootElement);
        var result = await new KeyRules(clock).ValidateAsync(request, http.RequestAborted);
        if (!result.IsValid)
        {
            throw BrokenRules.Problem(result);
        }

        var expires = request.Expires is { } text && Rfc3339.TryParse(text, out var end) ? end : (DateTimeOffset?)null;
        var (key, secret) = await keys.MakeAsync(request.Name!, request.Scopes!, request.Feeds ?? [], expires, CancellationToken.None);
        http.Response.Headers.Location = $"/v1/keys/{key.Id}";
        http.Response.Headers.CacheControl = "no-store";
        await JsonResponse.JsonAsync(http, StatusCodes.Status201Created, writer => Write(writer, key, secret));
    }

    private static async Task RevokeAsync(HttpContext http, string id, ApiKeys keys)
    {
        QueryParameters.None(http);
        if (id.Contains('\0', StringComparison.Ordinal) || !await keys.RevokeAsync(id, CancellationToken.None))
        {
            throw new ProblemException(ProblemKinds.NotFound, "There is no key of this id.");
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static void Write(Utf8JsonWriter writer, ApiKey key, string? secret)
    {
        writer.WriteStartObject();
        writer.WriteString("id", key.Id);
        writer.WriteString("name", key.Name);
        WriteAll(writer, "scopes", key.Scopes);
        WriteAll(writer, "feeds", key.Feeds);
        writer.WriteString("created", Rfc3339.Text(key.Created));
        WriteTime(writer, "expires", key.Expires);
        WriteTime(writer, "revoked", key.Revoked);
        WriteTime(writer, "lastUsed", key.LastUsed);
        if (secret is not null)
        {
            writer.WriteString("secret", secret);
        }

        writer.WriteEndObject();
    }

    private static void WriteAll(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } value)
        {
            writer.WriteString(name, Rfc3339.Text(value));
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
