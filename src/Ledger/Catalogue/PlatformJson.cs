using System.Text.Json;
using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Catalogue;

/// <summary>The JSON of platforms in responses.</summary>
public static class PlatformJson
{
    /// <summary>The columns of platforms as CSV.</summary>
    public static readonly string[] Columns =
    [
        "platform", "name", "category", "class", "use", "maker", "origin", "originName", "family", "familyName", "itemsPerSystem",
        "aliases", "provisional",
    ];

    /// <summary>Writes slug, name, category and class.</summary>
    public static void WriteName(Utf8JsonWriter writer, Platform platform)
    {
        writer.WriteString("platform", platform.Slug);
        writer.WriteString("name", platform.Definition.Name);
        writer.WriteString("category", platform.Definition.Category);
        writer.WriteString("class", platform.Definition.Class);
    }

    /// <summary>Writes the members of a platform into an object that the caller begins and ends.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="platform">The platform.</param>
    /// <param name="catalogue">The catalogue that it is of, for the name of its family.</param>
    public static void WriteMembers(Utf8JsonWriter writer, Platform platform, CatalogueAt catalogue)
    {
        WriteName(writer, platform);
        writer.WriteString("use", platform.Definition.Use);
        writer.WriteString("maker", platform.Definition.Maker);
        writer.WriteString("origin", platform.Definition.Origin);
        writer.WriteString("originName", platform.Definition.Origin is { } origin ? Country.NameOf(origin) : null);
        writer.WriteString("family", platform.Definition.Family);
        writer.WriteString("familyName", platform.Definition.Family is { } family ? catalogue.Find(family).Definition.Name : null);
        WriteItemsPerSystem(writer, platform);
        writer.WriteStartArray("aliases");
        foreach (var alias in platform.Aliases)
        {
            writer.WriteStringValue(alias.Alias);
        }

        writer.WriteEndArray();
        writer.WriteBoolean("provisional", platform.Provisional);
    }

    /// <summary>The items in one system, or null where nobody has said.</summary>
    public static void WriteItemsPerSystem(Utf8JsonWriter writer, Platform platform)
    {
        if (platform.Definition.ItemsPerSystem is not { } items)
        {
            writer.WriteNull("itemsPerSystem");
            return;
        }

        writer.WriteStartArray("itemsPerSystem");
        foreach (var number in items)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes a platform as an object.</summary>
    public static void Write(Utf8JsonWriter writer, Platform platform, CatalogueAt catalogue)
    {
        writer.WriteStartObject();
        WriteMembers(writer, platform, catalogue);
        writer.WriteEndObject();
    }
}
