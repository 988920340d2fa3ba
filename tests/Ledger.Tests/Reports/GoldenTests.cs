using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Facts;
using Ledger.Store;
using Ledger.Tests.Editions;
using Ledger.Tests.Harness;
using Ledger.Web;
using Marten;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Tests.Reports;

/// <summary>The form in which every type of event is stored, written down once and never changed: a file that no longer reads would be
/// an event that no longer reads. New members go into new files.</summary>
public sealed class GoldenTests(OneService one) : IClassFixture<OneService>
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Reports", "Golden");
    private readonly Service _service = one.Service;

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.json").Select(x => Path.GetFileNameWithoutExtension(x)).Order(StringComparer.Ordinal)];

    /// <summary>All but a form that is read for ever and written no more.</summary>
    public static TheoryData<string> FilesOfToday => [.. Files.Select(x => x.Data).Where(x => x is not "edition_imported.minimal")];

    [Fact]
    public void Every_type_of_event_has_a_full_and_a_minimal_file()
    {
        var types = EventTypes.Reports.Values.Select(x => x.Name).Append(EventTypes.PlatformDefined).Append(EventTypes.PlatformAliasAdded)
            .Append(EventTypes.EditionImported).Append(EventTypes.EditionWithdrawn);

        Assert.Equal(types.SelectMany(x => new[] { $"{x}.full", $"{x}.minimal" }).Append("platform_defined.edition")
            .Where(x => x is not "platform_alias_added.minimal").Order(StringComparer.Ordinal), Files.Select(x => x.Data));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void What_was_ever_stored_still_reads_and_loses_nothing(string file)
    {
        var serializer = _service.Services.GetRequiredService<IDocumentStore>().Options.Serializer();
        var golden = Golden(file);
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(golden));

        var read = serializer.FromJson(TypeOf(file), stream);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(golden), JsonNode.Parse(serializer.ToJson(read))), serializer.ToJson(read));
        if (file.EndsWith(".full", StringComparison.Ordinal))
        {
            // A member that is new in the type is missing from the full file: then the file needs a companion.
            string[] notOfWithdrawals = read is Withdrawal
                ? [nameof(Report.Deal), nameof(Report.Lot), nameof(Report.Quantity), nameof(Report.Occurred), nameof(Report.Role), nameof(Report.Supersedes),
                    nameof(Report.SupersededEvents), nameof(Report.PlatformName)]
                // Only an edition's definition has its feed: platform_defined.edition.
                : read is PlatformDefined ? [nameof(PlatformDefined.Feed)] : [];
            Assert.All(TypeOf(file).GetProperties().Where(x => x.CanWrite && !notOfWithdrawals.Contains(x.Name)), x => Assert.True(x.GetValue(read) is not null, $"{x.Name} is in no golden file"));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_member_that_a_newer_build_stored_at_any_level_is_ignored_and_a_request_with_it_is_refused(string file)
    {
        var golden = JsonNode.Parse(Golden(file))!;
        var newer = golden.DeepClone();
        Extend(newer);
        var serializer = _service.Services.GetRequiredService<IDocumentStore>().Options.Serializer();
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(newer.ToJsonString()));

        var read = serializer.FromJson(TypeOf(file), stream);
        var again = JsonSerializer.Deserialize(newer, TypeOf(file), StoredJson.Options);

        Assert.True(JsonNode.DeepEquals(golden, JsonNode.Parse(serializer.ToJson(read))), serializer.ToJson(read));
        Assert.True(JsonNode.DeepEquals(golden, JsonSerializer.SerializeToNode(again, TypeOf(file), StoredJson.Options)));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(newer, TypeOf(file), StrictJson.Requests));
    }

    /// <summary>Gives every object a member more.</summary>
    private static void Extend(JsonNode? node)
    {
        foreach (var inner in node switch { JsonObject members => members.Select(x => x.Value), JsonArray items => items, _ => [] })
        {
            Extend(inner);
        }

        if (node is JsonObject open)
        {
            open["newerMember"] = new JsonObject { ["a"] = new JsonArray(1, "b", null) };
        }
    }

    [Theory]
    [MemberData(nameof(FilesOfToday))]
    public async Task What_is_stored_today_has_the_form_of_the_golden_file(string file)
    {
        var stored = await StoreAsync(file);

        if (Environment.GetEnvironmentVariable("LEDGER_TEST_GOLDEN") is { Length: > 0 } written)
        {
            // For a new type of event: writes the file, to be read by a person before it is kept.
            var pretty = new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            await File.WriteAllTextAsync(Path.Combine(written, file + ".json"), JsonNode.Parse(stored)!.ToJsonString(pretty) + "\n", TestContext.Current.CancellationToken);
        }

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Golden(file)), JsonNode.Parse(stored)), stored);
    }

    private static string Golden(string file) => File.ReadAllText(Path.Combine(Folder, file + ".json"));

    private static Type TypeOf(string file) => file.Split('.')[0] switch
    {
        EventTypes.PlatformDefined => typeof(PlatformDefined),
        EventTypes.PlatformAliasAdded => typeof(PlatformAliasAdded),
        EventTypes.EditionImported => typeof(EditionImported),
        EventTypes.EditionWithdrawn => typeof(EditionWithdrawn),
        var name => EventTypes.Reports.Values.Single(x => x.Name == name).Type,
    };

    /// <summary>Posts what the file holds, as a client would, and returns the event's data.</summary>
    private async Task<string> StoreAsync(string file)
    {
        var (name, full) = (file.Split('.')[0], file.EndsWith(".full", StringComparison.Ordinal));
        if (file == "platform_defined.edition")
        {
            await Edition.PostAsync(_service, Register.Of(Register.Row(designation: "Golden Owl", description: "tank")), "2026-05-17");
            return await _service.ScalarAsync<string>($"select data::text from {TableNames.Schema}.mt_events where type = $1 and data ->> 'platform' = 'golden-owl'", name);
        }

        if (name is EventTypes.PlatformDefined or EventTypes.PlatformAliasAdded)
        {
            return await DefineAsync(name, full);
        }

        if (name is EventTypes.EditionImported or EventTypes.EditionWithdrawn)
        {
            // In full: a selection by years, the second file of its day.
            await using var service = await Service.StartAsync();
            await Edition.PostAsync(service, full ? YearsTests.Of(YearsTests.Row("1", "2022", "3")) : Register.Of(Register.Row()), "2026-05-18&selection=true");
            await Edition.WithdrawAsync(service, "2026-05-18");
            if (full)
            {
                await Edition.PostAsync(service, YearsTests.Of(YearsTests.Row("1", "2022", "4")), "2026-05-18&selection=true");
                _ = name is EventTypes.EditionWithdrawn ? await Edition.WithdrawAsync(service, "2026-05-18") : null;
            }

            return await service.ScalarAsync<string>($"select data::text from {TableNames.Schema}.mt_events where type = $1 order by seq_id desc limit 1", name);
        }

        var path = ReportBodies.Kinds.Single(x => x.EventType == name).Path;
        var body = full ? ReportBodies.Full(path, file, "golden-target") : ReportBodies.Put(ReportBodies.Least(path, "golden-target"), $$"""{"id":"{{file}}","feed":"{{ReportBodies.Press}}"}""");
        if (ReportBodies.IsWithdrawal(path))
        {
            // What a withdrawal may say itself, and what it takes from its report.
            await Service.PostAsync(_service.Reporter, "/v1/deliveries", ReportBodies.Put(ReportBodies.Full("deliveries", "golden-target"), "{}").ToJsonString());
            if (full && path == "delistings")
            {
                await Service.PostAsync(_service.Reporter, "/v1/deliveries", ReportBodies.Full("deliveries", "golden-successor").ToJsonString());
                body["successor"] = "golden-successor";
            }
        }
        else if (full)
        {
            await Service.PostAsync(_service.Reporter, "/v1/deliveries", ReportBodies.Put(ReportBodies.Full("deliveries", "golden-target"), "{}").ToJsonString());
            body["supersedes"] = new JsonArray("golden-target", ReportBodies.EventId(ReportBodies.Press, "golden-target").ToString());
        }

        var answer = await Service.PostAsync(_service.Reporter, $"/v1/{path}", body.ToJsonString());
        Assert.True(answer.Status is 200 or 201, answer.Body);
        return await _service.ScalarAsync<string>($"select data::text from {TableNames.Schema}.mt_events where id = $1 and type = $2", ReportBodies.EventId(ReportBodies.Press, file), name);
    }

    private async Task<string> DefineAsync(string name, bool full)
    {
        var body = full
            ? """{"platform":"golden-bird","name":"Golden \"Bird\" Å","category":"armedUav","class":"expendable","use":"dualUse","maker":"Works","origin":"x-unknown","itemsPerSystem":"""
                + """[1,2,3],"family":"bayraktar-tb2","aliases":["Goldie №1"]}"""
            : """{"platform":"plain-bird","name":"Plain","category":"other","class":"durable","use":"civil"}""";
        var answer = await Service.PostAsync(_service.Admin, "/v1/platforms", body);
        Assert.True(answer.Status is 200 or 201, answer.Body);
        return await _service.ScalarAsync<string>($"select data::text from {TableNames.Schema}.mt_events where type = $1 and data ->> 'platform' = $2 order by seq_id desc limit 1",
            name, full ? "golden-bird" : "plain-bird");
    }
}
