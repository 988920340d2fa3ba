using System.Text.Json.Nodes;
using Ledger.Export;
using Ledger.Tests.Editions;
using Ledger.Tests.Harness;
using Ledger.Tests.Questions;

namespace Ledger.Tests.Export;

/// <summary>A ledger with everything that tables for analysts get wrong, and all its tables as files of small row groups: two editions, a
/// name beyond the BMP, positions above 2⁵³, a day before 1900, an open high, an amount of 23 digits, texts that look like something
/// else.</summary>
public sealed class ExportedService : OneService
{
    /// <summary>The day that all files are asked for.</summary>
    public const string AsOf = "2026-06-01";

    /// <summary>The first year of tables that go by year.</summary>
    public const int From = 2018;

    /// <summary>A platform's name in Adlam, with a flag of two characters beyond the BMP.</summary>
    public const string Name = "𞤀𞤣𞤤𞤢𞤥 🇰🇬 Kite";

    /// <summary>A text that spreadsheets read as something else, or lose parts of.</summary>
    public const string Note = "  =1+1, _x0041_ 5E7 <b>&amp;\nthe second line 𞤀  ";

    /// <summary>An amount of which a double holds the beginning.</summary>
    public const string Amount = "123456789012345678.123456";

    private string? _folder;

    /// <summary>The position of the first report above 2⁵³.</summary>
    public long Far { get; private set; }

    public override async ValueTask InitializeAsync()
    {
        Service = await Service.StartAsync(null, "--Ledger:Export:RowsPerGroup", "3");
        await RefoldedAnswersTests.FillAsync(Service);
        await ReportBuilder.Report("KGZ", "aksungur", 2).With("lot", "gift").With("to", "x-friends").PostAsync(Service, "losses");
        Assert.Equal("done", (await Edition.PostAsync(Service, Register.Exported("18 Mar 2024",
            Register.Row("Kyrgyzstan", delivered: "3"), Register.Row("Kazakhstan", delivered: "5"), Register.Row("Soviet Union", delivered: "1")))).Word);
        Assert.Equal("done", (await Edition.PostAsync(Service, Register.Exported("18 May 2026",
            Register.Row("Kyrgyzstan", delivered: "4", years: "2021; 2023"), Register.Row("Tajikistan", ordered: "", orderedFlag: "", delivered: "2", designation: "Orlan-10",
                description: "UAV")))).Word);
        await Service.ScalarAsync<long>("select setval('ledger.mt_events_sequence', 9007199254740993)");
        var earlier = await ReportBuilder.Report("KAZ", Name, 9).PostAsync(Service);
        Far = earlier.Json.Long("position");
        Assert.True(Far > 1L << 53);
        await ReportBuilder.Report("KAZ", Name, 3).With("quantity", new JsonObject { ["qualifier"] = "atLeast", ["n"] = 300 }).With("occurred", "1899-05-03")
            .With("source.published", "1900-01-02").With("source.publisher", Name).With("note", Note)
            .With("supersedes", new JsonArray(earlier.Json.Text("eventId"))).PostAsync(Service);
        await ReportBuilder.Report("UZB", Name, 3).With("value", new JsonObject { ["amount"] = Amount, ["currency"] = "KZT" }).With("due", "2022-05~").PostAsync(Service, "contracts");
        _folder = Directory.CreateTempSubdirectory("ledger-tables-").FullName;
        foreach (var table in AnalystTables.All)
        {
            foreach (var form in (string[])["parquet", "xlsx"])
            {
                var answer = await FileAsync(Service, $"{table.Slug}.{form}?asOf={AsOf}{(table.IsByYear ? $"&from={From}" : "")}");
                Assert.Equal(200, (int)answer.Status);
                await File.WriteAllBytesAsync(PathOf(table.Name, form), answer.Bytes, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>The path of a downloaded file.</summary>
    public string PathOf(string table, string form) => Path.Combine(_folder!, $"{table}.{form}");

    /// <summary>Asks for a file, and waits until it is made.</summary>
    internal static async Task<(System.Net.HttpStatusCode Status, byte[] Bytes, HttpResponseMessage Response)> FileAsync(
        Service service, string file, string? wait = "wait=60", string? tag = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/export/{file}");
        if (wait is not null)
        {
            request.Headers.Add("Prefer", wait);
        }

        if (tag is not null)
        {
            request.Headers.Add("If-None-Match", tag);
        }

        var response = await service.Auditor.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), response);
    }
}
