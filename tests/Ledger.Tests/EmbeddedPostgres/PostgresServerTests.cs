using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ledger.EmbeddedPostgres;
using Ledger.Facts;
using Npgsql;

namespace Ledger.Tests.EmbeddedPostgres;

public sealed class PostgresServerTests
{
    [Fact]
    public async Task A_first_start_makes_a_database_that_keeps_what_it_acknowledges()
    {
        await using var scratch = new Scratch();
        await using var postgres = await scratch.StartAsync();

        Assert.Equal("ledger as ledger", await scratch.AskAsync(postgres, "SELECT current_database() || ' as ' || current_user"));
        Assert.Equal(
            "on on UTC UTC UTF8 1min 100",
            await scratch.AskAsync(postgres, """
                SELECT concat_ws(' ', current_setting('fsync'), current_setting('synchronous_commit'), current_setting('TimeZone'),
                    current_setting('log_timezone'), current_setting('server_encoding'),
                    current_setting('idle_in_transaction_session_timeout'), current_setting('max_connections'))
                """));
    }

    [Fact]
    public async Task Text_is_ordered_by_its_bytes_and_still_knows_letters()
    {
        await using var scratch = new Scratch();
        await using var postgres = await scratch.StartAsync();

        const string Ordered = "SELECT string_agg(t, ' ' ORDER BY t) FROM unnest(ARRAY['ä','a','B','Ä']) t";
        Assert.Equal("B a Ä ä", await scratch.AskAsync(postgres, Ordered));
        Assert.Equal("ş", await scratch.AskAsync(postgres, "SELECT lower('Ş')"));
    }

    [Fact]
    public async Task The_service_works_as_a_role_that_is_no_superuser_over_a_socket_that_others_cannot_reach()
    {
        await using var scratch = new Scratch();
        await using var postgres = await scratch.StartAsync();

        Assert.Equal("off", await scratch.AskAsync(postgres, "SELECT current_setting('is_superuser')"));
        Assert.Equal("", await scratch.AskAsync(postgres, "SELECT current_setting('listen_addresses')"));
        var socketFolder = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Host!;
        Assert.Equal("700", Scratch.ModeOf(socketFolder));
        Assert.DoesNotContain("Password", postgres.ConnectionString, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_stop_leaves_no_process_and_the_next_start_finds_the_data()
    {
        await using var scratch = new Scratch();
        await using (var first = await scratch.StartAsync())
        {
            await scratch.AskAsync(first, "CREATE TABLE kept AS SELECT 42 AS n");
        }

        Assert.Empty(scratch.PostgresProcesses());
        Assert.Empty(scratch.Guards());

        await using var second = await scratch.StartAsync();

        Assert.Equal(42, await scratch.AskAsync(second, "SELECT n FROM kept"));
    }

    [Fact]
    public async Task A_service_that_is_killed_takes_its_PostgreSQL_with_it()
    {
        await using var scratch = new Scratch();
        var (service, answer) = await AnotherService.StartAsync(scratch);
        Assert.Equal("started", answer);
        Assert.NotEmpty(scratch.PostgresProcesses());

        service.Kill();

        await scratch.EventuallyAsync(() => scratch.PostgresProcesses().Count == 0, "PostgreSQL should have ended with its service");
        await scratch.EventuallyAsync(() => scratch.Guards().Count == 0, "The guard should have ended with PostgreSQL");
        await using var next = await scratch.StartAsync();
        Assert.Equal(1, await scratch.AskAsync(next, "SELECT 1"));
    }

    [Fact]
    public async Task A_PostgreSQL_that_was_left_behind_is_found_and_started_again()
    {
        await using var scratch = new Scratch();
        var (service, answer) = await AnotherService.StartAsync(scratch);
        Assert.Equal("started", answer);
        // All at once: a service that saw its guard end would stop PostgreSQL itself.
        Scratch.Do("kill", ["-9", .. scratch.Guards().Append(service.Id).Select(x => $"{x}")]);
        await service.WaitForExitAsync(scratch.Cancel);
        var left = scratch.PostgresProcesses();
        Assert.NotEmpty(left);

        await using var next = await scratch.StartAsync();

        Assert.Contains(scratch.Printed, line => line.Contains("left PostgreSQL running", StringComparison.Ordinal));
        Assert.Empty(scratch.PostgresProcesses().Intersect(left));
        Assert.Equal(1, await scratch.AskAsync(next, "SELECT 1"));
    }

    [Fact]
    public async Task A_stop_works_even_when_the_guard_was_killed()
    {
        await using var scratch = new Scratch();
        await using var postgres = await scratch.StartAsync();
        foreach (var guard in scratch.Guards())
        {
            Scratch.Do("kill", "-9", $"{guard}");
        }

        Assert.NotEmpty(scratch.PostgresProcesses());

        await postgres.DisposeAsync();

        Assert.Empty(scratch.PostgresProcesses());
    }

    [Fact]
    public async Task Ctrl_C_reaches_neither_PostgreSQL_nor_its_guard()
    {
        await using var scratch = new Scratch();
        await using var postgres = await scratch.StartAsync();
        var own = Scratch.GroupOf(Environment.ProcessId);
        Assert.NotEmpty(scratch.Guards());

        Assert.DoesNotContain(own, scratch.Guards().Concat(scratch.PostgresProcesses()).Select(Scratch.GroupOf));

        foreach (var guard in scratch.Guards())
        {
            Scratch.Do("kill", "-INT", $"{guard}");
        }

        Assert.Equal(1, await scratch.AskAsync(postgres, "SELECT 1"));
        Assert.False(postgres.Ended.IsCompleted);
    }

    [Fact]
    public async Task A_PostgreSQL_that_is_killed_is_started_again_on_its_data_and_so_is_one_whose_guard_is()
    {
        await using var scratch = new Scratch();
        await using var postgres = await scratch.StartAsync();
        await scratch.AskAsync(postgres, "CREATE TABLE kept AS SELECT 7 AS it; SELECT 1");
        foreach (var kill in (Func<IReadOnlyCollection<int>>[])[() => [Postmaster(postgres)], scratch.Guards])
        {
            var before = Postmaster(postgres);
            foreach (var process in kill())
            {
                Scratch.Do("kill", "-9", $"{process}");
            }

            await scratch.EventuallyAsync(
                () => scratch.PostgresProcesses() is { Count: > 0 } now && !now.Contains(before) && scratch.Guards().Count > 0,
                "PostgreSQL should run again, under a guard");
            Assert.Equal(7, await scratch.EventuallyAskedAsync(postgres, "SELECT it FROM kept"));
        }
        Assert.False(postgres.Ended.IsCompleted);
        Assert.Equal(2, scratch.Printed.Count(line => line.Contains("is started again", StringComparison.Ordinal)));

        await postgres.DisposeAsync();
        Assert.Empty(scratch.PostgresProcesses());
        Assert.Empty(scratch.Guards());
    }

    [Fact]
    public async Task A_service_learns_that_its_PostgreSQL_cannot_be_started_again()
    {
        await using var scratch = new Scratch();
        await using var postgres = await scratch.StartAsync();
        File.Delete(Path.Combine(postgres.ClusterFolder, "global", "pg_control"));

        Scratch.Do("kill", "-9", $"{Postmaster(postgres)}");

        await postgres.Ended.WaitAsync(Scratch.Bound, scratch.Cancel);
        Assert.Contains("did not start", scratch.Printed[^2], StringComparison.Ordinal);
        Assert.Contains("has ended 4 times in a row and is not started again", scratch.Printed[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_PostgreSQL_that_is_killed_before_it_lets_anybody_in_is_started_again_too()
    {
        await using var scratch = new Scratch();
        await using var postgres = await scratch.StartAsync();
        var postmaster = Postmaster(postgres);
        for (var time = 1; time <= 3; time++)
        {
            var before = scratch.PostgresProcesses();
            Scratch.Do("kill", "-9", $"{postmaster}");
            await scratch.EventuallyAsync(
                () => (postmaster = scratch.PostgresProcesses().Except(before).FirstOrDefault()) != 0, "PostgreSQL should run again");
        }

        Assert.Equal(1, await scratch.EventuallyAskedAsync(postgres, "SELECT 1"));
        Assert.False(postgres.Ended.IsCompleted);
    }

    [Fact]
    public async Task A_PostgreSQL_that_ends_again_and_again_is_given_up()
    {
        await using var scratch = new Scratch();
        await using var postgres = await scratch.StartAsync();
        for (var time = 1; time <= 4; time++)
        {
            var before = Postmaster(postgres);
            Scratch.Do("kill", "-9", $"{before}");
            await scratch.EventuallyAsync(
                () => postgres.Ended.IsCompleted || (scratch.PostgresProcesses() is { Count: > 0 } now && !now.Contains(before)),
                "PostgreSQL should run again, or be given up");
            if (time < 4)
            {
                await scratch.EventuallyAskedAsync(postgres, "SELECT 1");
            }
        }

        await postgres.Ended.WaitAsync(Scratch.Bound, scratch.Cancel);
        Assert.Contains("has ended 4 times in a row and is not started again", scratch.Printed[^1], StringComparison.Ordinal);
    }

    private static int Postmaster(PostgresServer postgres) =>
        int.Parse(File.ReadLines(Path.Combine(postgres.ClusterFolder, "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_second_service_on_the_same_data_folder_is_refused()
    {
        await using var scratch = new Scratch();
        await using var first = await scratch.StartAsync();

        var refusal = await scratch.RefusedAsync();

        Assert.Contains($"already used by process {Environment.ProcessId}", refusal, StringComparison.Ordinal);
        Assert.Equal(1, await scratch.AskAsync(first, "SELECT 1"));
    }

    [Fact]
    public async Task A_command_beside_the_service_finds_its_database_and_only_while_it_runs()
    {
        await using var scratch = new Scratch();
        Assert.Null(PostgresServer.ConnectionStringOfRunning(scratch.Data));
        await using (var postgres = await scratch.StartAsync())
        {
            Assert.Equal(postgres.ConnectionString, PostgresServer.ConnectionStringOfRunning(scratch.Data));
        }

        Assert.Null(PostgresServer.ConnectionStringOfRunning(scratch.Data));

        var (service, _) = await AnotherService.StartAsync(scratch);
        Assert.NotNull(PostgresServer.ConnectionStringOfRunning(scratch.Data));
        service.Kill();
        await service.WaitForExitAsync(scratch.Cancel);
        Assert.Null(PostgresServer.ConnectionStringOfRunning(scratch.Data));
    }

    [Fact]
    public async Task A_postmaster_file_whose_process_number_now_belongs_to_another_program_does_not_confuse()
    {
        await using var scratch = new Scratch();
        string file;
        string owner;
        await using (var first = await scratch.StartAsync())
        {
            file = Path.Combine(first.ClusterFolder, "postmaster.pid");
            // The other program has to run as PostgreSQL's user: of those, PostgreSQL believes that they are PostgreSQL.
            owner = Scratch.IsRoot ? "postgres" : Environment.UserName;
            File.Copy(file, Path.Combine(scratch.Folder, "postmaster.pid"));
        }
        var other = Scratch.IsRoot
            ? scratch.Run("setpriv", $"--reuid={owner}", $"--regid={owner}", "--clear-groups", "sleep", "100")
            : scratch.Run("sleep", "100");
        await File.WriteAllLinesAsync(
            file, [$"{other.Id}", .. File.ReadLines(Path.Combine(scratch.Folder, "postmaster.pid")).Skip(1)], scratch.Cancel);
        if (Scratch.IsRoot)
        {
            Scratch.Do("chown", owner, file);
        }

        await using var second = await scratch.StartAsync();

        Assert.Equal(1, await scratch.AskAsync(second, "SELECT 1"));
        Assert.False(other.HasExited, "The other program must not be stopped.");
        Assert.DoesNotContain(scratch.Printed, line => line.Contains("left PostgreSQL running", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_half_made_by_a_start_that_was_killed_is_made_anew()
    {
        await using var scratch = new Scratch();
        Directory.CreateDirectory(Path.Combine(scratch.Data, "postgres", "cluster.new", "base"));
        await File.WriteAllTextAsync(Path.Combine(scratch.Data, "postgres", "cluster.new", "PG_VERSION"), "15\n", scratch.Cancel);

        await using var postgres = await scratch.StartAsync();

        Assert.Equal(1, await scratch.AskAsync(postgres, "SELECT 1"));
    }

    [Fact]
    public async Task A_start_that_is_given_up_leaves_nothing_running()
    {
        await using var scratch = new Scratch();
        using var giveUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(700));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => PostgresServer.StartAsync(scratch.Data, scratch.Options, scratch.Printed.Add, giveUp.Token));

        Assert.Empty(scratch.PostgresProcesses());
        await scratch.EventuallyAsync(() => scratch.Guards().Count == 0, "The guard should have ended");
        await using var next = await scratch.StartAsync();
        Assert.Equal(1, await scratch.AskAsync(next, "SELECT 1"));
    }

    [Fact]
    public async Task A_folder_too_deep_for_a_socket_gets_its_socket_elsewhere_and_leaves_none_there()
    {
        await using var scratch = new Scratch();
        string socketFolder;
        await using (var postgres = await scratch.StartAsync(Path.Combine(scratch.Data, new string('d', 100), "it's, deep")))
        {
            socketFolder = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Host!;
            Assert.False(socketFolder.StartsWith(scratch.Folder, StringComparison.Ordinal));
            Assert.Equal(1, await scratch.AskAsync(postgres, "SELECT 1"));
        }
        Assert.False(Directory.Exists(socketFolder));
    }

    [Fact]
    public async Task A_port_that_was_asked_for_needs_the_password_of_the_data_folder()
    {
        await using var scratch = new Scratch();
        await using var postgres = await scratch.StartAsync(options: scratch.Options with { Port = FreePort() });
        var port = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Port;
        var passwordFile = Path.Combine(scratch.Data, "postgres.pgpass");
        var password = (await File.ReadAllTextAsync(passwordFile, scratch.Cancel)).Trim().Split(':')[^1];

        Assert.Equal("600", Scratch.ModeOf(passwordFile));
        await OpenAsync("ledger", password);
        Assert.Equal(PostgresErrorCodes.InvalidPassword, await RefusalAsync("ledger", "wrong"));
        Assert.Equal(PostgresErrorCodes.InvalidAuthorizationSpecification, await RefusalAsync("postgres", password));
        Assert.Equal(1, await scratch.AskAsync(postgres, "SELECT 1"));

        async Task OpenAsync(string role, string password)
        {
            await using var connection = new NpgsqlConnection(
                $"Host=127.0.0.1;Port={port};Username={role};Database=ledger;Password={password};Pooling=false");
            await connection.OpenAsync(scratch.Cancel);
        }

        async Task<string> RefusalAsync(string role, string password) =>
            (await Assert.ThrowsAsync<PostgresException>(() => OpenAsync(role, password))).SqlState;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
