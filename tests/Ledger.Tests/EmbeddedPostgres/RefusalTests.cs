using System.Net;
using System.Net.Sockets;

namespace Ledger.Tests.EmbeddedPostgres;

/// <summary>What a person reads when it does not start: what is wrong, and what to do.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task A_database_of_another_major_version_is_refused_and_left_as_it_is()
    {
        await using var scratch = new Scratch();
        string version;
        await using (var postgres = await scratch.StartAsync())
        {
            version = Path.Combine(postgres.ClusterFolder, "PG_VERSION");
        }

        await File.WriteAllTextAsync(version, "9\n", scratch.Cancel);

        var refusal = await scratch.RefusedAsync();

        Assert.Contains("was written by PostgreSQL 9 (postgres (PostgreSQL) ", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
        Assert.Contains("apt-get install postgresql-9", refusal, StringComparison.Ordinal);
        Assert.Contains("--ConnectionStrings:Ledger", refusal, StringComparison.Ordinal);
        Assert.Equal("9\n", await File.ReadAllTextAsync(version, scratch.Cancel));
    }

    [Fact]
    public async Task A_cluster_without_a_version_is_refused()
    {
        await using var scratch = new Scratch();
        string version;
        await using (var postgres = await scratch.StartAsync())
        {
            version = Path.Combine(postgres.ClusterFolder, "PG_VERSION");
        }

        File.Delete(version);

        Assert.Contains("is not a PostgreSQL data directory", await scratch.RefusedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task None_installed_and_none_to_be_fetched_tells_how_to_install_one()
    {
        await using var scratch = new Scratch();

        var refusal = await scratch.RefusedAsync(options: scratch.Options with { Search = AnotherService.NoneInstalled.Search });

        AssertTellsHowToInstall(refusal);
    }

    [Fact]
    public async Task A_user_who_is_not_root_is_told_the_same()
    {
        AnotherService.SkipUnlessNobodyCanRunIt();
        await using var scratch = new Scratch();
        Directory.CreateDirectory(scratch.Data);
        Scratch.Do("chown", "65534", scratch.Data);

        AssertTellsHowToInstall((await AnotherService.StartAsync(scratch, asNobody: true, noneInstalled: true)).Answer);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_written_to_is_refused()
    {
        await using var scratch = new Scratch();
        Directory.CreateDirectory(scratch.Data);
        string refusal;
        if (Scratch.IsRoot)
        {
            AnotherService.SkipUnlessNobodyCanRunIt();
            refusal = (await AnotherService.StartAsync(scratch, asNobody: true)).Answer;
        }
        else
        {
            Scratch.Chmod("555", scratch.Data);
            refusal = await scratch.RefusedAsync();
        }

        Assert.Contains($"cannot write to its data folder {scratch.Data}", refusal, StringComparison.Ordinal);
        Assert.Contains("--data DIR", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_not_root_does_not_touch_the_database_of_another_user()
    {
        AnotherService.SkipUnlessNobodyCanRunIt();
        await using var scratch = new Scratch();
        await using (await scratch.StartAsync())
        {
        }
        Scratch.Do("chown", "65534", scratch.Data, Path.Combine(scratch.Data, "service.lock"), Path.Combine(scratch.Data, "service.pid"));

        var (_, refusal) = await AnotherService.StartAsync(scratch, asNobody: true);

        Assert.Contains("belongs to user postgres, but the service runs as nobody", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Root_runs_the_database_of_another_user_as_that_user()
    {
        AnotherService.SkipUnlessNobodyCanRunIt();
        await using var scratch = new Scratch();
        Directory.CreateDirectory(scratch.Data);
        Scratch.Do("chown", "65534", scratch.Data);
        var (service, answer) = await AnotherService.StartAsync(scratch, asNobody: true);
        Assert.Equal("started", answer);
        service.Kill();

        // Not waiting for the guard: a service that is restarted at once does not, either. Until then the lock is the kernel's.
        await service.WaitForExitAsync(scratch.Cancel);
        await using var postgres = await scratch.StartAsync();

        Assert.Equal(1, await scratch.AskAsync(postgres, "SELECT 1"));
        Assert.Contains(scratch.Printed, line => line.EndsWith("as user nobody.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0", "root")]
    [InlineData("54321", "UNKNOWN")]
    public async Task A_database_whose_owner_cannot_run_PostgreSQL_is_refused(string owner, string name)
    {
        Assert.SkipUnless(Scratch.IsRoot, "Only root can give a folder away.");
        await using var scratch = new Scratch();
        string cluster;
        await using (var postgres = await scratch.StartAsync())
        {
            cluster = postgres.ClusterFolder;
        }

        Scratch.Do("chown", owner, cluster);

        var refusal = await scratch.RefusedAsync();

        Assert.Contains($"belongs to user {name}, as whom PostgreSQL cannot run", refusal, StringComparison.Ordinal);
        Assert.Contains($"chown -R postgres {cluster}", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused()
    {
        await using var scratch = new Scratch();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var refusal = await scratch.RefusedAsync(options: scratch.Options with { Port = port });

        Assert.Contains($"cannot listen on 127.0.0.1:{port}", refusal, StringComparison.Ordinal);
        Assert.Contains("Ledger:PostgresPort", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_fails_shows_the_end_of_the_log()
    {
        await using var scratch = new Scratch();
        string settings;
        await using (var postgres = await scratch.StartAsync())
        {
            settings = Path.Combine(Path.GetDirectoryName(postgres.ClusterFolder)!, "settings");
        }

        await File.WriteAllTextAsync(Path.Combine(settings, "own.conf"), "shared_buffers = 'a lot'\n", scratch.Cancel);

        var refusal = await scratch.RefusedAsync();

        Assert.Contains("invalid value for parameter \"shared_buffers\": \"a lot\"", refusal, StringComparison.Ordinal);
        Assert.Empty(scratch.PostgresProcesses());
    }

    [Fact]
    public async Task A_failure_after_the_log_has_begun_is_shown_too()
    {
        await using var scratch = new Scratch();
        string cluster;
        await using (var postgres = await scratch.StartAsync())
        {
            cluster = postgres.ClusterFolder;
        }

        Directory.Delete(Path.Combine(cluster, "pg_wal"), recursive: true);

        Assert.Contains("required WAL directory \"pg_wal\" does not exist", await scratch.RefusedAsync(), StringComparison.Ordinal);
    }

    private static void AssertTellsHowToInstall(string refusal)
    {
        Assert.StartsWith("No PostgreSQL is installed on this machine, and none could be fetched (", refusal, StringComparison.Ordinal);
        Assert.Contains("Connection refused", refusal, StringComparison.Ordinal);
        Assert.Contains("apt-get install postgresql", refusal, StringComparison.Ordinal);
        Assert.Contains("dnf install postgresql-server", refusal, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__Ledger", refusal, StringComparison.Ordinal);
    }
}
