using System.Text.Json.Serialization;
using Ledger.Vocabulary;

namespace Ledger.Facts;

/// <summary>One source's statement about one fact. The same type is read from a request and stored as an event, so that a report is stored
/// as it was posted: an absent member stays absent. Members marked <see cref="SetByServerAttribute"/> are added when the report is
/// recorded, and are refused in a request. The fields are defined in DOMAIN.md, Fields of every report.</summary>
/// <param name="Kind">Given by the type and by the event's stored name; not a member of the JSON.</param>
public abstract record Report([property: JsonIgnore] ReportKind Kind)
{
    /// <summary>The client's own name of the report, 1–200 printable characters; with <see cref="Feed"/> its identity. Absent: the
    /// SHA-256 (hex) of the RFC 8785 form of the body.</summary>
    public string? Id { get; init; }

    /// <summary>URI of the collection that the report comes from. Absent: <c>urn:ledger:</c> followed by the reporter.</summary>
    public string? Feed { get; init; }

    /// <summary>Slug of the deal. Absent: the report is about all that supplier's deals in this platform.</summary>
    public string? Deal { get; init; }

    /// <summary>Slug of the lot. Absent: the statement is a running total of the deal.</summary>
    public string? Lot { get; init; }

    /// <summary>Code of the country whose fleet the units join: ISO 3166-1 alpha-3, or <c>x-…</c>.</summary>
    public string? Recipient { get; init; }

    /// <summary>Code of the supplier. Absent: <c>x-unknown</c>.</summary>
    public string? Supplier { get; init; }

    /// <summary>The platform. Posted as a slug or any name; stored as a slug.</summary>
    public string? Platform { get; init; }

    /// <summary>The number of units. Absent: some.</summary>
    public StatedQuantity? Quantity { get; init; }

    /// <summary>When it happened, an EDTF date. Absent: the reported day.</summary>
    public string? Occurred { get; init; }

    /// <summary>The publication that states the fact.</summary>
    public Source? Source { get; init; }

    /// <summary>Key of the original utterance, where several reports repeat one statement. Absent: its own origin.</summary>
    public string? Origin { get; init; }

    /// <summary>NATO Admiralty code. Absent: <c>F6</c>.</summary>
    public string? Grade { get; init; }

    /// <summary>The title under which the recipient has the units. Absent: transfer.</summary>
    public string? Role { get; init; }

    /// <summary>The earlier reports that this one replaces, each by an id in the same feed or by event id; at most 100.</summary>
    public IReadOnlyList<string>? Supersedes { get; init; }

    /// <summary>The source's own number of the order or event, 1–100 printable characters.</summary>
    public string? Reference { get; init; }

    /// <summary>Free text, up to 4,000 characters.</summary>
    public string? Note { get; init; }

    /// <summary>The platform in the poster's own wording, where it was not a slug already.</summary>
    [SetByServer]
    public string? PlatformName { get; init; }

    /// <summary>The event ids that <see cref="Supersedes"/> named.</summary>
    [SetByServer]
    public IReadOnlyList<Guid>? SupersededEvents { get; init; }

    /// <summary>SHA-256 (hex) of the RFC 8785 form of the posted body without id, feed and kind. A second post under one identity is the
    /// same report if, and only if, this is equal.</summary>
    [SetByServer]
    public string? Digest { get; init; }

    /// <summary>The report with the slug that its platform's name has by the rule of today: it may have been stored under an older one.
    /// Of a withdrawal the slug itself, which is that of the report it names.</summary>
    public Report WithSlugOfToday()
    {
        var name = this is Withdrawal ? Platform : PlatformName ?? Platform;
        return name is not null && Slug.OfPlatform(name) is { } slug && slug != Platform ? this with { Platform = slug } : this;
    }
}

/// <summary>The publication of a statement. Only the publisher is required.</summary>
public sealed record Source
{
    /// <summary>Name of the publisher.</summary>
    public string? Publisher { get; init; }

    /// <summary>Whom the publisher quotes.</summary>
    public string? Speaker { get; init; }

    /// <summary>Address of the publication, http or https.</summary>
    public string? Url { get; init; }

    /// <summary>Title of the publication.</summary>
    public string? Title { get; init; }

    /// <summary>Day of publication, or the month or year where no more is known: the report's second clock (DOMAIN.md, Three
    /// clocks).</summary>
    public string? Published { get; init; }

    /// <summary>Language tag (BCP 47).</summary>
    public string? Language { get; init; }
}

/// <summary>A quantity as posted; <see cref="Vocabulary.Quantity"/> is its meaning, with the units and bounds of each member.</summary>
public sealed record StatedQuantity
{
    public string? Qualifier { get; init; }
    public long? N { get; init; }
    public long? Low { get; init; }
    public long? Best { get; init; }
    public long? High { get; init; }
    public string? Unit { get; init; }

    /// <summary>The source's own wording.</summary>
    public string? Text { get; init; }
}

/// <summary>Marks a member that only the server sets: it is stored and returned, and refused in a request like an unknown member.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SetByServerAttribute : Attribute;
