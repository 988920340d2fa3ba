using Ledger.Tests.Dashboard;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Ledger.Tests.Dashboard;

/// <summary>One browser for all tests, started by the first that asks for it: Debian's Chromium, or another that is found, or one that Playwright fetches.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly Lazy<Task<(IBrowser? Browser, string Why)>> s_started = new(StartAsync);

    /// <summary>The browser. Where there is none and none can be fetched, the test is skipped on a developer's machine and fails in CI.</summary>
    public static async Task<IBrowser> OrSkipAsync()
    {
        var (browser, why) = await s_started.Value;
        if (browser is null)
        {
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") is null, why);
            throw new InvalidOperationException(why);
        }

        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        if (s_started is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } && (await s_started.Value).Browser is { } browser)
        {
            await browser.DisposeAsync();
        }
    }

    private static async Task<(IBrowser?, string)> StartAsync()
    {
        try
        {
            var found = Found();
            if (found is null && await Task.Run(() => Microsoft.Playwright.Program.Main(["install", "--only-shell", "chromium"])) != 0)
            {
                return (null, "No browser is here, and none can be fetched: install Debian's chromium.");
            }

            var playwright = await Playwright.CreateAsync();
            // A container's root may not use the kernel's sandbox.
            return (await playwright.Chromium.LaunchAsync(new() { ExecutablePath = found, Args = ["--no-sandbox", "--disable-dev-shm-usage"] }), "");
        }
        catch (Exception fault) when (fault is PlaywrightException or IOException or TimeoutException)
        {
            return (null, $"No browser can be started here: {fault.Message}");
        }
    }

    private static string? Found() =>
        (from name in (string[])["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
         from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         let path = Path.Combine(folder, name)
         where File.Exists(path)
         select path).FirstOrDefault();
}

/// <summary>Tests in the browser come one after the other: each keeps a core busy.</summary>
[CollectionDefinition(Name)]
public sealed class InBrowser
{
    public const string Name = "in the browser";
}
