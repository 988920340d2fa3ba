using System.Text.Json;
using Ledger.Access;
using Ledger.Hosting;

namespace Ledger.Vocabulary;

/// <summary>GET /v1/vocabulary: every word that a report or a question may use, and what a form needs to offer them.</summary>
public static class GetVocabulary
{
    private static readonly (string Grade, string Means)[] Reliabilities =
    [
        ("A", "completely reliable"), ("B", "usually reliable"), ("C", "fairly reliable"), ("D", "not usually reliable"), ("E", "unreliable"),
        ("F", "reliability cannot be judged"),
    ];

    private static readonly (string Grade, string Means)[] Credibilities =
    [
        ("1", "confirmed by other sources"), ("2", "probably true"), ("3", "possibly true"), ("4", "doubtful"), ("5", "improbable"),
        ("6", "truth cannot be judged"),
    ];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/vocabulary", (HttpContext http) =>
    {
        Query.None(http);
        http.Response.Headers.CacheControl = "private, max-age=3600";
        return Answer.JsonAsync(http, StatusCodes.Status200OK, Write);
    }).WithMetadata(new Needs(Scopes.Read)).WithName("vocabulary");

    private static void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteWords(writer, "kinds", Words.Kinds);
        WriteWords(writer, "qualifiers", Words.Qualifiers);
        WriteWords(writer, "units", Words.Units);
        WriteWords(writer, "roles", Words.Roles);
        WriteWords(writer, "stages", Words.Stages);
        WriteWords(writer, "milestones", Words.Milestones);
        WriteWords(writer, "ratePeriods", Words.RatePeriods);
        WriteWords(writer, "conditions", Words.Conditions);
        WriteWords(writer, "settings", Words.Settings);
        WriteWords(writer, "causes", Words.Causes);
        WriteWords(writer, "categories", Words.Categories);
        WriteWords(writer, "classes", Words.Classes);
        WriteWords(writer, "uses", Words.Uses);
        WriteWords(writer, "dealStages", Words.DealStages);
        WriteWords(writer, "flowKinds", Words.FlowKinds);
        WriteWords(writer, "signals", Words.Signals);
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
        writer.WriteString("level", "0, and of level 1: qualifiers at the end of a date, X for unknown last digits, seasons, open intervals");
        WriteWords(writer, "examples",
            ["2022", "2022-05", "2022-05-16", "2021/2022", "2014/..", "../2021-12-18", "2022~", "2022?", "2022%", "201X", "2021-XX", "2021-22"]);
        writer.WriteEndObject();
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
