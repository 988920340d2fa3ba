using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>What the answer to a post says of the platform that its name was taken for: who reads "Gnat" cannot know whether the drone or
/// the fighter of that name was counted.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Homonyms">Those of another category that the name may mean too.</param>
internal sealed record Understanding(Platform Platform, IReadOnlyList<Platform> Homonyms)
{
    /// <summary>How a report's platform is understood.</summary>
    /// <param name="catalogue">The catalogue when it was recorded.</param>
    /// <param name="posted">The slug that it was posted under.</param>
    /// <param name="name">Its own wording, if that was not the slug.</param>
    public static Understanding Of(CatalogueAt catalogue, string posted, string? name) =>
        new(catalogue.Find(posted).Named(name), catalogue.HomonymsOf(posted));

    private string Words => $"Counted as {Platform.Definition.Name}, "
        + (Platform.Provisional ? "which the catalogue does not know (category other)." : $"category {Platform.Definition.Category}.")
        + (Homonyms.Count == 0 ? ""
            : $" Of that name there is also {string.Join(", ", Homonyms.Select(x => $"{x.Slug} ({x.Definition.Category})"))}: "
                + "post that slug where it is meant.");

    /// <summary>The member <c>understoodAs</c>.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("understoodAs");
        WritePlatform(writer, Platform);
        writer.WriteStartArray("homonyms");
        foreach (var homonym in Homonyms)
        {
            writer.WriteStartObject();
            WritePlatform(writer, homonym);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("words", Words);
        writer.WriteEndObject();
    }

    private static void WritePlatform(Utf8JsonWriter writer, Platform platform)
    {
        writer.WriteString("platform", platform.Slug);
        writer.WriteString("name", platform.Definition.Name);
        writer.WriteString("category", WordNames.Of(platform.Category));
    }
}
