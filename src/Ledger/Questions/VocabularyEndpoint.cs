using System.Text.Json;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/vocabulary: every word that reports and questions may use, for forms that offer them.</summary>
public static class VocabularyEndpoint
{
    private static readonly (string Grade, string Means)[] Reliabilities =
    [
        ("A", "completely reliable"), ("B", "usually reliable"), ("C", "fairly reliable"), ("D", "not usually reliable"),
        ("E", "unreliable"), ("F", "reliability cannot be judged"),
    ];

    private static readonly (string Grade, string Means)[] Credibilities =
    [
        ("1", "confirmed by other sources"), ("2", "probably true"), ("3", "possibly true"), ("4", "doubtful"), ("5", "improbable"),
        ("6", "truth cannot be judged"),
    ];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/vocabulary", (HttpContext http) =>
    {
        QueryParameters.None(http);
        http.Response.Headers.CacheControl = "private, max-age=3600";
        return JsonResponse.JsonAsync(http, StatusCodes.Status200OK, Write);
    }).WithMetadata(new RequiresScope(Scopes.Read)).WithName("vocabulary");

    private static void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteWords(writer, "kinds", WordNames.Kinds);
        WriteWords(writer, "qualifiers", WordNames.Qualifiers);
        WriteWords(writer, "units", WordNames.Units);
        WriteWords(writer, "roles", WordNames.Roles);
        WriteWords(writer, "stages", WordNames.Stages);
        WriteWords(writer, "milestones", WordNames.Milestones);
        WriteWords(writer, "ratePeriods", WordNames.RatePeriods);
        WriteWords(writer, "conditions", WordNames.Conditions);
        WriteWords(writer, "settings", WordNames.Settings);
        WriteWords(writer, "causes", WordNames.Causes);
        WriteWords(writer, "categories", WordNames.Categories);
        WriteWords(writer, "classes", WordNames.Classes);
        WriteWords(writer, "uses", WordNames.Uses);
        WriteWords(writer, "dealStages", WordNames.DealStages);
        WriteWords(writer, "flowKinds", WordNames.FlowKinds);
        WriteWords(writer, "signals", WordNames.Signals);
        WriteWords(writer, "unknowns", WordNames.Unknowns);
        writer.WriteStartObject("grades");
        WriteGrades(writer, "reliability", Reliabilities);
        WriteGrades(writer, "credibility", Credibilities);
        writer.WriteEndObject();
        writer.WriteStartArray("countries");
        foreach (var (code, name) in Country.States.Concat(Country.Others).OrderBy(x => x.Key, StringComparer.Ordinal))
        {
            writer.WriteStartObject();
            writer.WriteString("code", code);
            writer.WriteString("name", name);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartObject("edtf");
        writer.WriteString(
            "level", "0, and of level 1: qualifiers at the end of a date, X for unknown last digits, seasons, open intervals");
        WriteWords(writer, "examples",
        [
            "2022", "2022-05", "2022-05-16", "2021/2022", "2014/..", "../2021-12-18", "2022~", "2022?", "2022%", "201X",
            "2021-XX", "2021-22",
        ]);
        writer.WriteStartArray("seasons");
        foreach (var season in Edtf.Seasons)
        {
            WriteSeason(writer, season);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Writes a season and its months.</summary>
    internal static void WriteSeason(Utf8JsonWriter writer, Season season)
    {
        writer.WriteStartObject();
        writer.WriteString("code", season.Code);
        writer.WriteString("name", season.Name);
        writer.WriteString("from", season.From);
        writer.WriteString("to", season.To);
        writer.WriteEndObject();
    }

    private static void WriteWords(Utf8JsonWriter writer, string name, IReadOnlyList<string> words)
    {
        writer.WriteStartArray(name);
        foreach (var word in words)
        {
            writer.WriteStringValue(word);
        }

        writer.WriteEndArray();
    }

    private static void WriteGrades(Utf8JsonWriter writer, string name, (string Grade, string Means)[] grades)
    {
        writer.WriteStartArray(name);
        foreach (var (grade, means) in grades)
        {
            writer.WriteStartObject();
            writer.WriteString("grade", grade);
            writer.WriteString("means", means);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
