using System.Diagnostics;
using Ledger.Access;
using Ledger.Problems;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Host;

/// <summary>Clients that generators make of the served description compile under strict settings, and work against the service. What is
/// generated is kept in no repository: each run makes it anew, under artifacts/clients.</summary>
[Collection(Alone.Name)]
[Trait("Category", "Clients")]
public sealed class ClientTests
{
    private const string KiotaVersion = "1.38.0";

    private static readonly string s_sources = Path.Combine(TidyTests.Root, "tests/Clients");
    private static readonly string s_folder = Path.Combine(TidyTests.Root, "artifacts/clients");

    [Fact]
    public async Task A_client_by_Kiota_compiles_posts_reads_and_follows()
    {
        var kiota = Path.Combine(s_folder, $"kiota-{KiotaVersion}", "kiota");
        if (!File.Exists(kiota))
        {
            await InstallAsync("dotnet", ["tool", "install", "--tool-path", Path.GetDirectoryName(kiota)!, "Microsoft.OpenApi.Kiota", "--version", KiotaVersion], s_sources);
        }

        await using var service = await Service.StartAsync();
        var folder = Fresh("csharp");
        var description = await DownloadAsync(service, folder);
        await RunAsync(kiota, ["generate", "--language", "CSharp", "--openapi", description, "--output", Path.Combine(folder, "generated"), "--namespace-name", "Ledger.Client",
            "--class-name", "LedgerClient", "--exclude-backward-compatible"], folder);
        // It says that it succeeded also where it wrote nothing.
        Assert.True(Directory.EnumerateFiles(Path.Combine(folder, "generated"), "*.cs", SearchOption.AllDirectories).Count() > 100, "Kiota generated next to nothing.");
        await RunAsync("dotnet", ["build", "-nodeReuse:false", "-clp:ErrorsOnly", "--output", Path.Combine(folder, "built")], folder);
        Assert.Contains("walked", await RunAsync("dotnet", ["exec", Path.Combine(folder, "built", "Walk.dll")], folder, service), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_in_TypeScript_compiles_strictly_posts_reads_and_follows()
    {
        var tools = await NpmAsync();
        await using var service = await Service.StartAsync();
        var folder = Fresh("npm/typescript");
        var description = await DownloadAsync(service, folder);
        await RunAsync(Path.Combine(tools, "openapi-typescript"), [description, "--output", Path.Combine(folder, "schema.ts")], folder);
        await RunAsync(Path.Combine(tools, "tsc"), ["--project", folder], folder);
        Assert.Contains("walked", await RunAsync("node", [Path.Combine(folder, "built", "walk.js")], folder, service), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redocly_and_Spectral_find_nothing_wrong_with_the_description()
    {
        var tools = await NpmAsync();
        var folder = Path.Combine(s_folder, "npm");
        await using var service = await Service.StartAsync();
        var description = await DownloadAsync(service, folder);
        await RunAsync(Path.Combine(tools, "redocly"), ["lint", description, "--config", "redocly.yaml", "--max-problems", "20"], folder);
        await RunAsync(Path.Combine(tools, "spectral"), ["lint", description, "--ruleset", ".spectral.yaml", "--fail-severity", "warn"], folder);
    }

    /// <summary>The generators and linters of npm, as the lock file says.</summary>
    /// <returns>The folder of their programs.</returns>
    internal static async Task<string> NpmAsync()
    {
        var folder = Path.Combine(s_folder, "npm");
        Directory.CreateDirectory(folder);
        var installed = Path.Combine(folder, "installed.json");
        var asked = await File.ReadAllTextAsync(Path.Combine(s_sources, "package-lock.json"), TestContext.Current.CancellationToken);
        foreach (var file in Directory.EnumerateFiles(s_sources))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        if (!File.Exists(installed) || await File.ReadAllTextAsync(installed, TestContext.Current.CancellationToken) != asked)
        {
            await InstallAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder);
            await File.WriteAllTextAsync(installed, asked, TestContext.Current.CancellationToken);
        }

        return Path.Combine(folder, "node_modules/.bin");
    }

    /// <summary>An empty folder with the sources of a client in it.</summary>
    internal static string Fresh(string name)
    {
        var folder = Path.Combine(s_folder, name);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        foreach (var source in Directory.EnumerateFiles(Path.Combine(s_sources, Path.GetFileName(name))))
        {
            File.Copy(source, Path.Combine(folder, Path.GetFileName(source)));
        }

        return folder;
    }

    private static async Task<string> DownloadAsync(Service service, string folder)
    {
        using var anybody = service.Client(null);
        var description = Path.Combine(folder, "openapi.json");
        await File.WriteAllTextAsync(description, (await Service.GetAsync(anybody, "/openapi/v1.json")).Body, TestContext.Current.CancellationToken);
        return description;
    }

    /// <summary>Fetches a tool. Where there is no way to, the test is skipped on a developer's machine and fails in CI.</summary>
    private static async Task InstallAsync(string program, string[] arguments, string folder)
    {
        try
        {
            await RunAsync(program, arguments, folder);
        }
        catch (Exception fault) when (Environment.GetEnvironmentVariable("CI") is null)
        {
            Assert.Skip($"The tools cannot be installed here: {fault.Message}");
        }
    }

    /// <summary>Runs a program to its end, which must be a good one. Where a service is given, it gets its address and keys.</summary>
    /// <returns>What it printed.</returns>
    internal static async Task<string> RunAsync(string program, string[] arguments, string folder, Service? service = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = folder,
        };
        start.Environment["KIOTA_OFFLINE_ENABLED"] = "true"; // Looks for no newer version of itself.
        start.Environment["REDOCLY_TELEMETRY"] = "off";
        start.Environment["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true";
        if (service is not null)
        {
            start.Environment["LEDGER_ADDRESS"] = service.Address.GetLeftPart(UriPartial.Authority);
            foreach (var scope in Scopes.All)
            {
                using var client = service.Client(scope);
                start.Environment[DevelopmentKeys.VariableOf(scope)] = client.DefaultRequestHeaders.Authorization!.Parameter;
            }
        }

        using var process = Process.Start(start)!;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(TimeSpan.FromMinutes(5));
        var printed = process.StandardOutput.ReadToEndAsync(bound.Token);
        var complained = process.StandardError.ReadToEndAsync(bound.Token);
        try
        {
            await process.WaitForExitAsync(bound.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        Assert.True(process.ExitCode == 0, $"{Path.GetFileName(program)} {arguments[0]} ended with {process.ExitCode}.\n{await printed}\n{await complained}");
        return await printed;
    }
}
