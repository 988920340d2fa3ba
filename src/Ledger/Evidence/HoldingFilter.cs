using Ledger.Catalogue;
using Ledger.Facts;
using Ledger.Vocabulary;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>Which holdings a question reads. Of a holding that is read, all reports are: a filter changes no estimate.</summary>
public sealed record HoldingFilter
{
    /// <summary>Every holding.</summary>
    public static readonly HoldingFilter None = new();

    private string[]? _only;
    private string[]? _except;

    private HoldingFilter()
    {
    }

    /// <summary>Holdings with a report of this supplier; null: also others.</summary>
    public string? Supplier { get; private init; }

    /// <summary>Whether it leaves any holding out.</summary>
    public bool IsNone => _only is null && _except is null && Supplier is null;

    /// <summary>The filter of a question.</summary>
    /// <param name="catalogue">The catalogue that says which slugs these are.</param>
    /// <param name="platform">Of this platform; null: of all.</param>
    /// <param name="categories">Of these categories; null: of all.</param>
    /// <param name="supplier">Code of a supplier; null: of all.</param>
    /// <param name="uses">Of platforms made for these uses; null: of all.</param>
    public static HoldingFilter Of(
        CatalogueAt catalogue, Platform? platform = null, IReadOnlySet<Category>? categories = null, string? supplier = null,
        IReadOnlyList<string>? uses = null)
    {
        var filter = new HoldingFilter { Supplier = supplier };
        if (platform is not null)
        {
            filter._only = Takes(platform) ? [.. platform.Slugs] : [];
        }
        else if (categories is null && uses is null)
        {
            return filter;
        }
        else if (Takes(Platform.Unknown("")))
        {
            // What the catalogue does not know is taken too, under whatever slug it was reported.
            filter._except = [.. catalogue.Platforms.Where(x => !Takes(x)).SelectMany(x => x.Slugs)];
        }
        else
        {
            filter._only = [.. catalogue.Platforms.Where(Takes).SelectMany(x => x.Slugs)];
        }

        return filter;

        bool Takes(Platform x) => categories?.Contains(x.Category) != false && uses?.Contains(x.Definition.Use) != false;
    }

    /// <summary>The condition on a slug under which a report was posted, in SQL, with a leading <c>and</c>; adds its parameter to the
    /// command. It says nothing of the supplier.</summary>
    internal string AndSlug(NpgsqlCommand command)
    {
        if ((_only ?? _except) is not { } slugs)
        {
            return "";
        }

        command.Parameters.AddWithValue(slugs);
        return $" and {(_only is null ? "platform <> all" : "platform = any")}(${command.Parameters.Count})";
    }
}
