using System.Security.Cryptography;
using System.Text.Json;
using Ledger.Export;
using Ledger.Questions;
using Ledger.Tests.Harness;
using Ledger.Tests.Questions;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Tests.Export;

/// <summary>The command export: the whole of it, or nothing that looks like it.</summary>
[Collection(Alone.Name)]
public sealed class ExportFolderTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("ledger-export-test-").FullName;

    private string Folder => Path.Combine(_parent, "tables");

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public async Task The_command_writes_every_table_and_a_manifest_that_tells_of_each_file()
    {
        await using var service = await Service.StartAsync();
        await RefoldedAnswersTests.FillAsync(service);
        var end = (await Service.GetAsync(service.Reader, "/v1/countries")).Position;

        var (exitCode, said) = await ExportAsync(service, "--as-of", "2024-01-01", "--from", "2019", "--method", "1");

        Assert.True(exitCode == 0, said);
        Assert.Contains($"up to position {end}, as of 2024-01-01, by method 1", said, StringComparison.Ordinal);
        var manifest = ManifestOf(Folder);
        Assert.Equal((end, "2024-01-01", 1, 2019), (manifest.Long("basis.position"), manifest.Text("basis.asOf"), (int)manifest.Long("basis.method"), (int)manifest.Long("firstYear")));
        Assert.Equal([.. AnalystTables.All.Select(x => $"{x.Name}.parquet"), ExportFolder.WorkbookName], manifest.Items("files").Select(x => x.Text("name")));
        using var duck = new Duck();
        Assert.All(AnalystTables.All, x => Assert.Equal(duck.One($"select count(*) from {Duck.File(Path.Combine(Folder, $"{x.Name}.parquet"))}"),
            manifest.Items("files").Single(file => file.Text("name") == $"{x.Name}.parquet").Long($"rows.{x.Name}").ToString(System.Globalization.CultureInfo.InvariantCulture)));
        // The lock and the hidden folder are gone.
        Assert.Equal([Folder], Directory.EnumerateFileSystemEntries(_parent));

        (exitCode, said) = await ExportAsync(service);
        Assert.Equal(1, exitCode);
        Assert.Contains("holds something already, and an export replaces nothing", said, StringComparison.Ordinal);
        ManifestOf(Folder);
    }

    [Fact]
    public async Task A_source_that_fails_half_way_leaves_nothing()
    {
        await using var service = await Service.StartAsync(null, "--Ledger:Export:RowsPerGroup", "1");
        await RefoldedAnswersTests.FillAsync(service);
        // The last recipient's numbers cannot be added up any more: those before are written, in row groups of their own.
        await service.ScalarAsync<int>("with broken as (update ledger.evidence set n = 9223372036854775807 where recipient = (select max(recipient) from ledger.evidence) "
            + "and n is not null returning 1) select count(*)::int from broken");
        var written = new List<string>();
        var folder = service.Services.GetRequiredService<ExportFolder>();

        await Assert.ThrowsAnyAsync<Exception>(() => folder.WriteAsync(Folder, new ClockParameters(), 2000, new Reported(_ =>
            written.AddRange(Directory.EnumerateFiles(_parent, "*", SearchOption.AllDirectories).Select(Path.GetFileName)!)), TestContext.Current.CancellationToken));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_parent));
        Assert.DoesNotContain(written, x => x.EndsWith(".parquet", StringComparison.Ordinal) && x != "holdings.parquet");

        // Over HTTP the same: no file, and the next who asks has it made anew.
        using var client = new HttpClient { BaseAddress = service.Address };
        client.DefaultRequestHeaders.Authorization = service.Auditor.DefaultRequestHeaders.Authorization;
        client.DefaultRequestHeaders.Add("Prefer", "wait=60");
        using (var failed = await client.GetAsync("/v1/export/holdings.parquet", TestContext.Current.CancellationToken))
        {
            Assert.Equal(500, (int)failed.StatusCode);
            Assert.Equal("application/problem+json", failed.Content.Headers.ContentType!.MediaType);
        }

        await service.ScalarAsync<int>("with mended as (update ledger.evidence set n = 1 where n = 9223372036854775807 returning 1) select count(*)::int from mended");
        using var mended = await client.GetAsync("/v1/export/holdings.parquet", TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)mended.StatusCode);
    }

    [Fact]
    public async Task Killed_at_any_time_it_leaves_the_whole_or_nothing_of_that_name_and_the_next_one_cleans_up()
    {
        await using var service = await Service.StartAsync();
        await RefoldedAnswersTests.FillAsync(service);
        var started = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(0, (await ExportAsync(service)).ExitCode);
        var whole = started.Elapsed;
        var (unfinished, finished) = (0, 0);
        const int kills = 12;
        for (var i = 0; i < kills; i++)
        {
            if (Directory.Exists(Folder))
            {
                Directory.Delete(Folder, recursive: true);
            }

            using var process = RunningProgram.Run(["export", Folder, "--ConnectionStrings:Ledger", service.ConnectionString]);
            _ = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            _ = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await Task.Delay(whole * (0.3 + (0.7 * i / (kills - 1))), TestContext.Current.CancellationToken);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            if (Directory.Exists(Folder))
            {
                ManifestOf(Folder);
                finished++;
            }
            else
            {
                unfinished += Directory.EnumerateFileSystemEntries(_parent).Any(x => Path.GetFileName(x) == ".tables.unfinished") ? 1 : 0;
            }
        }

        Assert.True(unfinished > 0, $"None of {kills} was killed at work ({finished} had finished).");
        if (!Directory.Exists(Folder))
        {
            Assert.Equal(0, (await ExportAsync(service)).ExitCode);
        }

        ManifestOf(Folder);
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_parent), x => Path.GetFileName(x) == ".tables.unfinished");
    }

    private Task<(int ExitCode, string Said)> ExportAsync(Service service, params string[] options) =>
        RunningProgram.CommandAsync(["export", Folder, "--ConnectionStrings:Ledger", service.ConnectionString, .. options]);

    /// <summary>The manifest of a folder, when every file in it is as the manifest says and there is no other.</summary>
    private static JsonElement ManifestOf(string folder)
    {
        var manifest = JsonElement.Parse(File.ReadAllBytes(Path.Combine(folder, ExportManifest.FileName)));
        Assert.Equal(manifest.Items("files").Select(x => x.Text("name")).Append(ExportManifest.FileName).Order(StringComparer.Ordinal),
            Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(manifest.Items("files"), x =>
        {
            var bytes = File.ReadAllBytes(Path.Combine(folder, x.Text("name")!));
            Assert.Equal((x.Long("bytes"), x.Text("sha256")), (bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))));
        });
        return manifest;
    }
}
