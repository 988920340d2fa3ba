using System.Buffers;
using System.Text.Json;
using FluentValidation;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Reports;

/// <summary>Reads one report from JSON and checks all rules that do not depend on the ledger. Pure. The same for a single post, a line of
/// an import and an event of a batch.</summary>
public static class Intake
{
    private static readonly Dictionary<ReportKind, ReadAndCheck> Readers = new()
    {
        [ReportKind.Announcement] = Reader(new AnnouncementRules()),
        [ReportKind.Contract] = Reader(new ContractRules()),
        [ReportKind.Delivery] = Reader(new DeliveryRules()),
        [ReportKind.Milestone] = Reader(new ProductionMilestoneRules()),
        [ReportKind.Observation] = Reader(new ObservationRules()),
        [ReportKind.Loss] = Reader(new LossRules()),
        [ReportKind.Retraction] = Reader(new RetractionRules()),
        [ReportKind.Delisting] = Reader(new DelistingRules()),
    };

    /// <summary>Reads a body and holds it against the rules of its kind; a source can have published it until a day.</summary>
    private delegate (Report, FluentValidation.Results.ValidationResult) ReadAndCheck(JsonElement body, DateOnly lastPublished);

    /// <summary>Reads a report of a known kind.</summary>
    /// <param name="kind">The kind, from the path or the envelope.</param>
    /// <param name="body">The JSON object as it was posted.</param>
    /// <param name="caller">The caller, who must be allowed to post to the feed.</param>
    /// <param name="now">The time of the request: a source has published by tomorrow.</param>
    /// <exception cref="ProblemException">400, 403 or 422.</exception>
    public static ValidReport Read(ReportKind kind, JsonElement body, Caller caller, DateTimeOffset now)
    {
        var (report, result) = Readers[kind](body, PublishedDays.LastAt(now));
        if (!result.IsValid)
        {
            throw BrokenRules.Problem(result);
        }

        var feed = report.Feed ?? caller.OwnFeed;
        if (!caller.MayPostTo(feed))
        {
            throw new ProblemException(ProblemKinds.Forbidden, $"This key may not post to {feed}.")
            {
                Errors = [new ProblemError("/feed", "feed", "A feed that this key may not post to.")],
            };
        }

        var id = report.Id ?? Identity.IdOf(body);
        var slug = report.Platform is { } name ? Slug.OfPlatform(name) : null;
        var completed = report with
        {
            Feed = feed,
            Id = id,
            Supplier = report.Supplier ?? (report is Withdrawal ? null : Country.Unknown),
            Platform = slug,
            PlatformName = slug == report.Platform ? null : report.Platform,
            Digest = Identity.DigestOf(body, out var bytes),
        };
        return new ValidReport(completed, Identity.EventId(feed, id), caller, bytes);
    }

    /// <summary>Reads a report that has the member <c>kind</c>: a line of an import.</summary>
    /// <exception cref="ProblemException">400, 403 or 422.</exception>
    public static ValidReport ReadAny(JsonElement body, Caller caller, DateTimeOffset now)
    {
        if (!body.TryGetProperty("kind", out var word) || word.ValueKind == JsonValueKind.Null)
        {
            throw new ProblemException(ProblemKinds.Invalid, "One rule is broken: /kind.")
            {
                Errors = [new ProblemError("/kind", "required", $"A line names its kind. One of: {string.Join(", ", WordNames.Kinds)}.")],
            };
        }

        if (word.ValueKind != JsonValueKind.String)
        {
            throw StrictJson.Fault("wrongType", "/kind", $"The kind is a text, one of: {string.Join(", ", WordNames.Kinds)}.");
        }

        if (WordNames.Parse<ReportKind>(word.GetString()) is not { } kind)
        {
            throw new ProblemException(ProblemKinds.Invalid, "One rule is broken: /kind.")
            {
                Errors = [new ProblemError("/kind", "vocabulary", $"Not a kind of report. One of: {string.Join(", ", WordNames.Kinds)}.")],
            };
        }

        return Read(kind, body, caller, now);
    }

    private static ReadAndCheck Reader<T>(AbstractValidator<T> rules)
        where T : Report => (body, lastPublished) =>
    {
        var report = StrictJson.Read<T>(WithoutKind(body));
        var context = new ValidationContext<T>(report);
        PublishedDays.Put(context.RootContextData, lastPublished);
        return (report, rules.Validate(context));
    };

    /// <summary>The body without the member <c>kind</c>, which a line of an import has and a report has not.</summary>
    private static JsonElement WithoutKind(JsonElement body)
    {
        if (!body.TryGetProperty("kind", out _))
        {
            return body;
        }

        var rest = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(rest, Json.Writing))
        {
            writer.WriteStartObject();
            foreach (var member in body.EnumerateObject().Where(x => x.Name != "kind"))
            {
                member.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return JsonElement.Parse(rest.WrittenSpan);
    }
}
