using System.Runtime.CompilerServices;
using Ledger.Catalogue;
using Ledger.Evidence;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>What a search found.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Matched">The name, alias, code or slug of it that matched.</param>
/// <param name="Score">How well (<see cref="SearchText.Matches"/>).</param>
internal abstract record Found(string Name, string Matched, int Score);

/// <param name="Recipient">Its code.</param>
internal sealed record FoundCountry(string Recipient, string Name, string Matched, int Score) : Found(Name, Matched, Score);

/// <param name="Platform">Its slug.</param>
internal sealed record FoundPlatform(string Platform, string Name, string Matched, int Score) : Found(Name, Matched, Score);

/// <param name="Recipient">Code of the recipient.</param>
/// <param name="Supplier">Code of the supplier.</param>
/// <param name="Deal">Its slug.</param>
/// <param name="Platform">Slug of the platform of its first report.</param>
internal sealed record FoundDeal(string Recipient, string Supplier, string Deal, string Platform, int Score) : Found(Deal, Deal, Score);

internal sealed record FoundPublisher(string Name, int Score) : Found(Name, Name, Score);

/// <summary>Compares all names with what is looked for. Every name is compared: there are some hundred countries and platforms, and as many
/// deals and publishers as reports name.</summary>
internal sealed class SearchedNames(SearchText sought)
{
    /// <summary>Of each country its code, and its names: first the one that answers use.</summary>
    private static readonly Dictionary<string, IReadOnlyList<Searched>> Countries = Country.States.Concat(Country.Others).ToDictionary(
        x => x.Key, x => Of([x.Value, .. Country.AlsoKnownAs.GetValueOrDefault(x.Key, [])]), StringComparer.Ordinal);

    private static readonly ConditionalWeakTable<CatalogueAt, Dictionary<string, IReadOnlyList<Searched>>> Catalogues = [];

    /// <summary>What is found, the best first; of what is found as well, countries, platforms, deals and publishers in this order, and
    /// short names before long ones.</summary>
    /// <param name="catalogue">The catalogue.</param>
    /// <param name="reported">The names that reports use.</param>
    /// <param name="most">How much of it.</param>
    public IEnumerable<Found> Find(CatalogueAt catalogue, IReadOnlyList<ReportedName> reported, int most) =>
        Titled(catalogue, reported, FindCountries(reported).Concat<Found>(FindPlatforms(catalogue, reported)).Concat(FindOthers(reported))
            .OrderByDescending(x => x.Score)
            .ThenBy(x => x switch { FoundCountry => 0, FoundPlatform => 1, FoundDeal => 2, _ => 3 })
            .ThenBy(x => x.Matched.Length).ThenBy(x => x.Matched, StringComparer.Ordinal)
            .ThenBy(x => x switch { FoundPlatform y => y.Platform, FoundDeal y => $"{y.Recipient} {y.Supplier}", _ => "" },
                StringComparer.Ordinal)
            .Take(most));

    /// <summary>Names the deals, whose slugs are no names.</summary>
    private static IEnumerable<Found> Titled(CatalogueAt catalogue, IReadOnlyList<ReportedName> reported, IEnumerable<Found> found)
    {
        Dictionary<string, ReportedName>? named = null;
        foreach (var one in found)
        {
            if (one is not FoundDeal deal)
            {
                yield return one;
                continue;
            }

            named ??= PlatformNames(reported);
            var platform = catalogue.Find(deal.Platform).Named(named.GetValueOrDefault(deal.Platform)?.Name);
            yield return deal with { Name = DealTitle.Of(platform, deal.Supplier) };
        }
    }

    private IEnumerable<FoundCountry> FindCountries(IReadOnlyList<ReportedName> reported)
    {
        foreach (var (code, names) in Countries)
        {
            if (Best(names, code) is var (matched, score))
            {
                yield return new FoundCountry(code, Country.NameOf(code), matched, score);
            }
        }

        foreach (var code in reported.Where(x => x.Kind == ReportedNameKind.Recipient).Select(x => x.Name).Except(Countries.Keys))
        {
            var name = Country.NameOf(code);
            if (Best(Of([name]), code) is var (matched, score))
            {
                yield return new FoundCountry(code, name, matched, score);
            }
        }
    }

    private IEnumerable<FoundPlatform> FindPlatforms(CatalogueAt catalogue, IReadOnlyList<ReportedName> reported)
    {
        foreach (var (slug, names) in Catalogues.GetValue(catalogue, static x => x.Platforms.ToDictionary(
            y => y.Slug, y => Of([y.Definition.Name, y.Slug, .. y.Aliases.Select(alias => alias.Alias)]), StringComparer.Ordinal)))
        {
            if (Best(names) is var (matched, score))
            {
                yield return new FoundPlatform(slug, names[0].Name, matched, score);
            }
        }

        var named = PlatformNames(reported);
        foreach (var slug in reported.Where(x => x.Kind == ReportedNameKind.Platform && !catalogue.Knows(x.Name)))
        {
            var name = named.GetValueOrDefault(slug.Name) ?? slug;
            if (Best([new Searched(name.Name, name.Text), new Searched(slug.Name, slug.Text)]) is var (matched, score))
            {
                yield return new FoundPlatform(slug.Name, name.Name, matched, score);
            }
        }
    }

    private static Dictionary<string, ReportedName> PlatformNames(IReadOnlyList<ReportedName> reported) =>
        reported.Where(x => x.Kind == ReportedNameKind.PlatformName).ToDictionary(x => x.Platform!, StringComparer.Ordinal);

    private IEnumerable<Found> FindOthers(IReadOnlyList<ReportedName> reported)
    {
        foreach (var one in reported)
        {
            if (one.Kind is ReportedNameKind.Deal or ReportedNameKind.Publisher && one.Text.Matches(sought) is > 0 and var score)
            {
                yield return one.Kind == ReportedNameKind.Deal
                    ? new FoundDeal(one.Recipient!, one.Supplier!, one.Name, one.Platform!, score) : new FoundPublisher(one.Name, score);
            }
        }
    }

    /// <summary>The name that matches best, the first of those that match as well; a code only as a whole.</summary>
    private (string Matched, int Score)? Best(IReadOnlyList<Searched> names, string? code = null)
    {
        (string Matched, int Score)? best = code is not null && SearchText.Of(code).Is(sought) ? (code, SearchText.Same) : null;
        foreach (var (name, text) in names)
        {
            if (text.Matches(sought) is > 0 and var score && !(best?.Score >= score))
            {
                best = (name, score);
            }
        }

        return best;
    }

    private static IReadOnlyList<Searched> Of(IEnumerable<string> names) => [.. names.Select(x => new Searched(x, SearchText.Of(x)))];

    private sealed record Searched(string Name, SearchText Text);
}
