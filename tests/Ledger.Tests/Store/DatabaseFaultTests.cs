using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ledger.Tests.Store;

/// <summary>Faults as the real driver and the real server make them: a database that is slow is not away.</summary>
public sealed class DatabaseFaultTests
{
    [Theory]
    [InlineData("a command's time-out", "Command Timeout=1", "select pg_sleep(30)")]
    [InlineData("a command's time-out, cancelled", "Command Timeout=1;Cancellation Timeout=-1", "select pg_sleep(30)")]
    [InlineData("the server's own limit", "", "set statement_timeout = '100ms'; select pg_sleep(30)")]
    [InlineData("somebody's cancelling", "", "set statement_timeout = 0; select pg_cancel_backend(pg_backend_pid()), pg_sleep(30)")]
    [InlineData("a lock", "", "set lock_timeout = '100ms'; select pg_advisory_lock(4711)")]
    public async Task What_does_not_end_in_time_is_slow(string what, string settings, string sql)
    {
        var connection = await Databases.MakeAsync();
        await using var held = await Databases.HoldAsync(connection, "select pg_advisory_lock(4711)");
        IsSlow(what, await Assert.ThrowsAnyAsync<Exception>(() => Databases.RunAsync($"{connection};Pooling=false;{settings}", sql)));
    }

    [Fact]
    public async Task A_pool_without_a_free_connection_is_slow()
    {
        await using var database = NpgsqlDataSource.Create($"{await Databases.MakeAsync()};Maximum Pool Size=1;Timeout=1");
        await using var taken = await database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        IsSlow("the pool", await Assert.ThrowsAnyAsync<Exception>(async () => await database.OpenConnectionAsync(TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("thrown out", "select pg_terminate_backend(pg_backend_pid())")]
    [InlineData("read only", "set default_transaction_read_only = on", "create table t (i int)")]
    [InlineData("idle for too long", "begin; set local idle_in_transaction_session_timeout = '10ms'; select pg_sleep(0.1)", "select 1")]
    public async Task What_takes_nobody_in_is_away(string what, params string[] sql)
    {
        var connection = new NpgsqlConnection($"{await Databases.MakeAsync()};Pooling=false");
        await using var opened = connection;
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        IsAway(what, await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            foreach (var one in sql)
            {
                await using var command = new NpgsqlCommand(one, connection);
                await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }));
    }

    [Fact]
    public async Task An_address_at_which_nobody_answers_is_away_refused_or_silent()
    {
        IsAway("refused", await ConnectAsync(RunningProgram.FreePort()));
        // Its queue is full, and it takes nobody out of it: whoever comes now hears nothing at all.
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen(0);
        var queue = new List<Socket>();
        try
        {
            for (var i = 0; i < 4; i++)
            {
                queue.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false });
                Assert.ThrowsAny<SocketException>(() => queue[^1].Connect(silent.LocalEndPoint!));
            }

            IsAway("silent", await ConnectAsync(((IPEndPoint)silent.LocalEndPoint!).Port));
        }
        finally
        {
            queue.ForEach(x => x.Dispose());
        }
    }

    [Fact]
    public async Task A_slow_database_is_told_as_slow_and_logged_and_mutes_no_log()
    {
        var logged = new Logged();
        await using var service = await Service.StartAsync(builder => builder.Logging.AddProvider(logged).SetMinimumLevel(LogLevel.Warning));
        var outage = service.Services.GetRequiredService<Outage>();
        await using (await Databases.HoldAsync(service.ConnectionString, "lock table ledger.mt_events in access exclusive mode"))
        {
            var ready = await Service.GetAsync(service.Reader, "/health/ready");
            Assert.Equal(503, ready.Status);
            Assert.EndsWith("urn:ledger:problem:slow", ready.Json.Text("type"), StringComparison.Ordinal);
            Assert.NotNull(ready.Headers.RetryAfter);
            await Eventually.GetAsync("Both who was answered so and the watch should have said so.", () => Task.FromResult(string.Join(", ", logged.All)),
                x => x.Contains("ProblemMiddleware DatabaseSlow", StringComparison.Ordinal) && x.Contains("DatabaseWatch DatabaseSlow", StringComparison.Ordinal));
            Assert.False(outage.IsOn);
            Assert.DoesNotContain(logged.All, x => x.EndsWith("DatabaseAway", StringComparison.Ordinal) || x.EndsWith("DatabaseWatch Away", StringComparison.Ordinal));
        }

        await Eventually.GetAsync("It should be ready again.", () => Service.GetAsync(service.Reader, "/health/ready"), x => x.Status == 200);
    }

    private static async Task<Exception> ConnectAsync(int port)
    {
        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={port};Username=nobody;Timeout=2;Pooling=false");
        return await Assert.ThrowsAnyAsync<Exception>(() => connection.OpenAsync(TestContext.Current.CancellationToken));
    }

    private static void IsSlow(string what, Exception fault) => Assert.True(
        DatabaseFault.IsSlow(fault) && !DatabaseFault.IsAway(fault) && DatabaseFault.ProblemOf(fault)!.Kind == ProblemKinds.Slow, $"{what}: {fault}");

    private static void IsAway(string what, Exception fault) => Assert.True(
        DatabaseFault.IsAway(fault) && !DatabaseFault.IsSlow(fault) && DatabaseFault.ProblemOf(fault)!.Kind == ProblemKinds.Unavailable, $"{what}: {fault}");

    /// <summary>Who logged what, by the class and the event's name.</summary>
    private sealed class Logged : ILoggerProvider
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Of(categoryName.Split('.')[^1], All);

        public void Dispose()
        {
        }

        private sealed class Of(string category, ConcurrentQueue<string> all) : ILogger
        {
            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                all.Enqueue($"{category} {eventId.Name}");

            public bool IsEnabled(LogLevel logLevel) => true;

            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        }
    }
}
