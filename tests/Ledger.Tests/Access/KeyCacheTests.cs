using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Ledger.Access;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Tests.EmbeddedPostgres;
using Ledger.Tests.Harness;
using Ledger.Tests.Reports;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ledger.Tests.Access;

/// <summary>Two nodes of one ledger.</summary>
public sealed class TwoNodes : IAsyncLifetime
{
    public Service One { get; private set; } = null!;

    public Service Two { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        One = await Service.StartAsync(null, "--Ledger:Nodes", "several");
        Two = await Service.StartOnAsync(One.ConnectionString, null, "--Ledger:Nodes", "several");
    }

    public async ValueTask DisposeAsync()
    {
        await Two.DisposeAsync();
        await One.DisposeAsync();
    }
}

/// <summary>Keys are held in memory, and yet what happens to a key holds at once, wherever it was done.</summary>
public sealed class KeyCacheTests(TwoNodes nodes) : IClassFixture<TwoNodes>
{
    /// <summary>Long after a notification or the end of a lease, and long before keys are read again for no reason.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("update ledger.api_keys set revoked = now() where id = '{0}'", 401)]
    [InlineData("update ledger.api_keys set expires = now() where id = '{0}'", 401)]
    [InlineData("update ledger.api_keys set hash = sha256(hash) where id = '{0}'", 401)]
    [InlineData("update ledger.api_keys set scopes = array['audit'] where id = '{0}'", 403)]
    [InlineData("delete from ledger.api_keys where id = '{0}'", 401)]
    [InlineData("truncate ledger.api_keys", 401)]
    public async Task What_is_done_to_a_key_by_hand_holds_on_every_node(string sql, int status)
    {
        var secret = await InsertAsync(nodes.One.ConnectionString);
        // Nobody has heard of it yet, or everybody: it opens at once.
        Assert.Equal((200, 200), (await AskAsync(nodes.One, secret), await AskAsync(nodes.Two, secret)));
        await UntilHeldAsync(nodes.One, secret);
        await UntilHeldAsync(nodes.Two, secret);

        await Databases.RunAsync(nodes.One.ConnectionString, string.Format(CultureInfo.InvariantCulture, sql, ApiKeys.IdOf(secret)));

        await UntilAnsweredAsync(nodes.One, secret, status);
        await UntilAnsweredAsync(nodes.Two, secret, status);
    }

    [Fact]
    public async Task A_key_revoked_over_http_is_refused_by_the_answering_node_before_it_has_answered()
    {
        // Again and again, since the notification may come before or after the answer.
        await using var service = await Service.StartAsync();
        for (var round = 0; round < 20; round++)
        {
            var made = await Service.PostAsync(service.Admin, "/v1/keys", """{"name":"brief","scopes":["read"]}""");
            var secret = made.Json.GetProperty("secret").GetString()!;
            Assert.Equal(200, await AskAsync(service, secret));
            await UntilHeldAsync(service, secret);

            using var revoked = await service.Admin.DeleteAsync(made.Headers.Location, TestContext.Current.CancellationToken);

            Assert.Equal(401, await AskAsync(service, secret));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task What_a_node_missed_while_it_did_not_listen_it_knows_when_it_listens_again(int seconds)
    {
        var secret = await InsertAsync(nodes.One.ConnectionString);
        await UntilHeldAsync(nodes.One, secret);
        await UntilHeldAsync(nodes.Two, secret);
        await using (var connection = new NpgsqlConnection(nodes.One.ConnectionString))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            // Those who listened are gone before the commit. Within four seconds they listen again, and have read the key as it was before.
            await using var command = new NpgsqlCommand($"""
                update ledger.api_keys set revoked = now() where id = '{ApiKeys.IdOf(secret)}';
                select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = current_database() and application_name like '% keys';
                select pg_sleep({seconds})
                """, connection, transaction);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }

        await UntilAnsweredAsync(nodes.One, secret, 401);
        await UntilAnsweredAsync(nodes.Two, secret, 401);
        // And it holds keys again.
        var other = await InsertAsync(nodes.One.ConnectionString);
        await UntilHeldAsync(nodes.One, other);
    }

    [Fact]
    public async Task A_node_whose_listening_session_is_frozen_asks_the_database()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LEDGER_TEST_POSTGRES") is null or "", "The server must be of this machine.");
        await using var service = await Service.StartAsync();
        var (secret, other) = (await InsertAsync(service.ConnectionString), await InsertAsync(service.ConnectionString));
        await UntilHeldAsync(service, secret);
        var pid = await Databases.ValueAsync<int>(service.ConnectionString,
            "select pid from pg_stat_activity where datname = current_database() and application_name like '% keys'");
        Scratch.Do("kill", "-STOP", pid.ToString(CultureInfo.InvariantCulture));
        try
        {
            await Databases.RunAsync(service.ConnectionString, $"update ledger.api_keys set revoked = now() where id = '{ApiKeys.IdOf(secret)}'");

            await UntilAnsweredAsync(service, secret, 401);
            Assert.Equal(200, await AskAsync(service, other));
            // A new session takes the place of the frozen one.
            await UntilHeldAsync(service, other);
            Assert.Equal(401, await AskAsync(service, secret));
        }
        finally
        {
            Scratch.Do("kill", "-CONT", pid.ToString(CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task A_post_with_a_known_key_looks_up_no_key_and_writes_no_last_use()
    {
        const int posts = 300;
        const int keys = 5;
        var service = await Service.StartAsync();
        var secrets = new List<string>();
        for (var key = 0; key < keys; key++)
        {
            var secret = await InsertAsync(service.ConnectionString, "report");
            await UntilHeldAsync(service, secret);
            secrets.Add(secret);
        }

        using var client = service.Client(null);
        for (var post = 0; post < posts; post++)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secrets[post % keys]);
            Assert.Equal(201, (await Service.PostAsync(client, "/v1/deliveries", ReportBodies.Delivery($"post-{post}").ToJsonString())).Status);
        }

        await service.DisposeAsync();

        // Loads at the start, for each new key, and each minute; look-ups where this machine was too busy to answer a ping within its lease.
        var (scans, updates) = await UseOfTableAsync(service.ConnectionString);
        Assert.InRange(scans, 1, posts / 4);
        Assert.InRange(updates, keys, posts / 10);
        Assert.Equal(keys, await Databases.ValueAsync<long>(service.ConnectionString,
            "select count(*) from ledger.api_keys where name = 'by-hand' and last_used > created"));
    }

    [Fact]
    public async Task A_limited_address_that_presents_unknown_keys_costs_no_look_up_and_a_new_key_still_goes_through()
    {
        const int attempts = 300;
        var service = await Service.StartAsync(null, "--Ledger:FailedAttemptsPerMinute", "5");
        await UntilHeldAsync(service, await InsertAsync(service.ConnectionString));
        var refused = 0;
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            var status = await AskAsync(service, $"ldg_{attempt:d43}");
            Assert.True(status is 401 or 429, $"{status}");
            refused += status == 429 ? 1 : 0;
        }

        var made = await Service.PostAsync(service.Admin, "/v1/keys", """{"name":"newcomer","scopes":["read"]}""");
        Assert.Equal(200, await AskAsync(service, made.Json.GetProperty("secret").GetString()!));
        await service.DisposeAsync();

        Assert.InRange(refused, attempts / 2, attempts - 5);
        Assert.InRange((await UseOfTableAsync(service.ConnectionString)).Scans, 5, attempts / 4);
    }

    [Fact]
    public async Task Of_more_keys_than_are_held_each_opens_even_where_its_address_is_limited()
    {
        await using var service = await Service.StartAsync(null, "--Ledger:FailedAttemptsPerMinute", "5");
        var first = await InsertAsync(service.ConnectionString);
        Assert.Equal(200, await AskAsync(service, first));
        await Databases.RunAsync(service.ConnectionString, $"""
            insert into ledger.api_keys (id, hash, name, scopes, feeds, created)
            select left(encode(hash, 'hex'), 16), hash, 'many', array['read'], '{"{}"}', now()
            from (select sha256(convert_to('ldg_' || n, 'UTF8')) as hash from generate_series(1, {Limits.KeysHeld + 10}) n) made
            """);
        var cache = service.Services.GetRequiredService<ApiKeyCache>();
        await UntilAsync(() => cache.Trusted() is { IsWhole: false }, "Not all keys are held.");
        Assert.Equal(Limits.KeysHeld, cache.Trusted()!.ByHash.Count);
        for (var attempt = 0; attempt < 7; attempt++)
        {
            await AskAsync(service, $"ldg_{attempt:d43}");
        }

        Assert.Equal(429, await AskAsync(service, "ldg_none"));
        var held = cache.Trusted()!.ByHash;
        var outside = Enumerable.Range(1, Limits.KeysHeld + 10).Select(n => $"ldg_{n}").First(x => !held.ContainsKey(SecretHash.Of(x)));
        Assert.Equal(200, await AskAsync(service, outside));
    }

    [Fact]
    public async Task A_node_on_which_no_key_is_used_writes_nothing_and_keeps_no_lock_in_its_pool()
    {
        var service = await Service.StartAsync();
        // By those who hold none for a reason: nothing is under way but what was left behind.
        await UntilAsync(async () => await Databases.ValueAsync<long>(service.ConnectionString, """
            select count(*) from pg_locks l join pg_stat_activity a using (pid)
            where l.locktype = 'advisory' and a.datname = current_database() and a.state = 'idle'
            """) == 0, "An idle connection holds an advisory lock.");
        await service.DisposeAsync();

        Assert.Equal(0, (await UseOfTableAsync(service.ConnectionString)).Updates);
    }

    [Fact]
    public async Task When_a_key_was_last_used_is_written_within_the_minute()
    {
        await using var service = await Service.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(new ShortMinutes()));
        var secret = await InsertAsync(service.ConnectionString);

        Assert.Equal(200, await AskAsync(service, secret));

        await UntilAsync(() => Databases.ValueAsync<bool>(service.ConnectionString,
            $"select last_used is not null from ledger.api_keys where id = '{ApiKeys.IdOf(secret)}'"), "The last use is not written.");
    }

    [Fact]
    public void What_was_read_before_a_change_was_heard_of_is_not_kept()
    {
        var cache = new ApiKeyCache(new SetClock());
        var before = cache.Generation;
        cache.Forget();

        cache.Fill(new ApiKeySnapshot(new Dictionary<SecretHash, ApiKey>(), true), before, 0);
        Assert.Null(cache.Trusted());

        cache.Fill(new ApiKeySnapshot(new Dictionary<SecretHash, ApiKey>(), true), cache.Generation, 0);
        Assert.NotNull(cache.Trusted());
        cache.Forget();
        Assert.Null(cache.Trusted());
    }

    [Fact]
    public void What_is_held_is_trusted_until_the_lease_is_over_and_again_when_a_ping_is_answered()
    {
        var clock = new SetClock();
        var cache = new ApiKeyCache(clock);
        cache.Fill(new ApiKeySnapshot(new Dictionary<SecretHash, ApiKey>(), true), cache.Generation, clock.GetTimestamp());

        clock.Now += ApiKeyCache.Lease - TimeSpan.FromTicks(1);
        Assert.NotNull(cache.Trusted());
        clock.Now += TimeSpan.FromTicks(1);
        Assert.Null(cache.Trusted());
        // Sent a moment ago: what came before its sending was heard of.
        cache.Renew(clock.GetTimestamp() - ApiKeyCache.PingTimeout.Ticks);
        Assert.NotNull(cache.Trusted());
        clock.Now += ApiKeyCache.PingInterval;
        Assert.Null(cache.Trusted());
    }

    /// <summary>Makes a key as somebody with psql would.</summary>
    private static async Task<string> InsertAsync(string connectionString, string scope = "read")
    {
        var secret = $"ldg_{Convert.ToHexString(RandomNumberGenerator.GetBytes(20))}";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        await Databases.RunAsync(connectionString, $"""
            insert into ledger.api_keys (id, hash, name, scopes, feeds, created)
            values ('{hash[..16]}', '\x{hash}', 'by-hand', array['{scope}'], array['*'], now())
            """);
        return secret;
    }

    private static async Task<int> AskAsync(Service service, string secret)
    {
        using var client = service.Client(null);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return (await Service.GetAsync(client, "/v1/platforms?limit=1")).Status;
    }

    private static Task UntilHeldAsync(Service service, string secret)
    {
        var keys = service.Services.GetRequiredService<ApiKeys>();
        return UntilAsync(() => keys.RecogniseCached(secret, out _) is { Caller: not null }, "The key is not held in memory.");
    }

    private static Task UntilAnsweredAsync(Service service, string secret, int status) =>
        UntilAsync(async () => await AskAsync(service, secret) == status, $"The key is not answered with {status}.");

    private static Task UntilAsync(Func<bool> holds, string otherwise) => UntilAsync(() => Task.FromResult(holds()), otherwise);

    private static async Task UntilAsync(Func<Task<bool>> holds, string otherwise)
    {
        for (var started = TimeProvider.System.GetTimestamp(); !await holds(); await Task.Delay(20, TestContext.Current.CancellationToken))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < s_patience, otherwise);
        }
    }

    /// <summary>How often the table of keys was read, and how many of its rows were updated, as PostgreSQL counted; of a service that has ended.</summary>
    private static async Task<(long Scans, long Updates)> UseOfTableAsync(string connectionString)
    {
        // A session's counts are certain to be there when it has ended. The one on which Marten 9.58 listens stays open, and reads no key.
        await UntilAsync(async () => await Databases.ValueAsync<long>(connectionString, """
            select count(*) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and query <> 'LISTEN mt_events_appended'
            """) == 0, "The service's sessions have not ended.");
        const string table = "from pg_stat_user_tables where relid = 'ledger.api_keys'::regclass";
        return (await Databases.ValueAsync<long>(connectionString, $"select seq_scan + idx_scan {table}"),
            await Databases.ValueAsync<long>(connectionString, $"select n_tup_upd {table}"));
    }

    /// <summary>A clock that stands still until it is set.</summary>
    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }

    /// <summary>The service's clock, for which a minute between two writes is over soon.</summary>
    private sealed class ShortMinutes : TimeProvider
    {
        private readonly MicrosecondClock _clock = new();

        public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            period == ApiKeyUses.Interval ? base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(200))
                : base.CreateTimer(callback, state, dueTime, period);
    }
}
