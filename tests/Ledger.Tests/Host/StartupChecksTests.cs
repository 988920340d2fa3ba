using Ledger.Access;
using Ledger.Host;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Tests.Harness;
using Ledger.Tests.Reports;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ledger.Tests.Host;

/// <summary>What the service makes sure of before it listens.</summary>
public sealed class StartupChecksTests
{
    [Theory]
    [InlineData("--urls", "http://0.0.0.0:0")]
    [InlineData("--urls", "http://127.0.0.1:0;http://*:0")]
    [InlineData("--urls", "http://[::]:0")]
    [InlineData("--Kestrel:Endpoints:Public:Url", "http://0.0.0.0:0")]
    public async Task A_service_that_others_could_reach_refuses_to_start_without_a_key(string option, string urls)
    {
        var folder = Directory.CreateTempSubdirectory("ledger-test-").FullName;
        await using var app = Build(await Databases.MakeAsync(), folder, option, urls);

        var refused = await Assert.ThrowsAsync<OperatorException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("no API key exists", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, DevelopmentKeys.FileName)));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Keys_for_development_are_kept_across_restarts_and_are_nobody_elses_to_read()
    {
        var database = await Databases.MakeAsync();
        var folder = Directory.CreateTempSubdirectory("ledger-test-").FullName;
        var file = Path.Combine(folder, DevelopmentKeys.FileName);
        string first;
        await using (var app = Build(database, folder, "--urls", "http://127.0.0.1:0"))
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            first = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            Assert.Equal("600", EmbeddedPostgres.Scratch.ModeOf(file));
            Assert.Equal(["LEDGER_REPORT_KEY", "LEDGER_READ_KEY", "LEDGER_AUDIT_KEY", "LEDGER_ADMIN_KEY"], first.TrimEnd().Split('\n').Select(x => x.Split('=')[0]));
            await app.StopAsync(TestContext.Current.CancellationToken);
        }

        await using (var app = Build(database, folder, "--urls", "http://127.0.0.1:0"))
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            Assert.Equal(first, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
            await app.StopAsync(TestContext.Current.CancellationToken);
        }

        File.Delete(file);
        await using (var app = Build(database, folder, "--urls", "http://127.0.0.1:0"))
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            var second = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            Assert.NotEqual(first, second);
            // Keys whose file is gone have ended.
            var recognised = await app.Services.GetRequiredService<ApiKeys>()
                .RecogniseAsync(first.Split('\n')[0].Split('=')[1], TestContext.Current.CancellationToken);
            Assert.Equal((null, "revoked"), (recognised.Caller, recognised.WhyNot));
            await app.StopAsync(TestContext.Current.CancellationToken);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task With_anonymous_reading_everybody_may_ask_and_nobody_may_do_more()
    {
        await using var service = await Service.StartAsync(null, "--Ledger:AnonymousRead", "true");
        using var nobody = service.Client(null);

        Assert.Equal(200, (await Service.GetAsync(nobody, "/v1/countries")).Status);
        Assert.Equal(200, (await Service.GetAsync(nobody, "/v1/platforms")).Status);
        Assert.Equal(401, (await Service.GetAsync(nobody, "/v1/keys")).Status);
        Assert.Equal(401, (await Service.GetAsync(nobody, "/v1/nowhere")).Status);
        Assert.Equal(401, (await Service.PostAsync(nobody, "/v1/deliveries", ReportBodies.Delivery("anonymous").ToJsonString())).Status);
        nobody.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer ldg_wrong");
        Assert.Equal(401, (await Service.GetAsync(nobody, "/v1/countries")).Status);
    }

    private static WebApplication Build(string database, string folder, params string[] options) => LedgerService.Build([.. options, $"--{Schema.Setting}", Schema.Apply], database, builder =>
    {
        builder.Services.AddSingleton(new StartupSettings(folder, Development: true));
        builder.Logging.SetMinimumLevel(LogLevel.None);
    });
}
