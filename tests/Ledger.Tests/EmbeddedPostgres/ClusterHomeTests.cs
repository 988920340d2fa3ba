namespace Ledger.Tests.EmbeddedPostgres;

/// <summary>As root in a folder that only root can enter, as a clone under /root is.</summary>
public sealed class ClusterHomeTests : IAsyncDisposable
{
    private readonly Scratch scratch = new();

    private string Closed => Path.Combine(scratch.Folder, "closed");

    private string Data => Path.Combine(Closed, "ledger", ".ledger");

    public ValueTask DisposeAsync() => scratch.DisposeAsync();

    [Fact]
    public async Task The_database_lives_elsewhere_is_found_again_and_no_permissions_change()
    {
        MakeClosed();
        string cluster;
        await using (var first = await scratch.StartAsync(Data))
        {
            cluster = first.ClusterFolder;
            Assert.StartsWith(scratch.Elsewhere, cluster, StringComparison.Ordinal);
            Assert.Contains(scratch.Printed, line => line.Contains("the database lives in " + scratch.Elsewhere, StringComparison.Ordinal));
            await scratch.AskAsync(first, "CREATE TABLE kept AS SELECT 42 AS n");
        }
        Assert.Equal("700", Scratch.ModeOf(Closed));

        await using var second = await scratch.StartAsync(Data);

        Assert.Equal(cluster, second.ClusterFolder);
        Assert.Equal(42, await scratch.AskAsync(second, "SELECT n FROM kept"));
    }

    [Fact]
    public async Task A_moved_data_folder_keeps_its_database_and_a_copied_one_is_refused()
    {
        MakeClosed();
        await using (var first = await scratch.StartAsync(Data))
        {
            await scratch.AskAsync(first, "CREATE TABLE kept AS SELECT 42 AS n");
        }

        var copy = Path.Combine(Closed, "copy");
        Scratch.Do("cp", "-a", Data, copy);

        Assert.Contains($"{copy} is a copy of {Data}", await scratch.RefusedAsync(copy), StringComparison.Ordinal);

        Directory.Delete(copy, recursive: true);
        Directory.Move(Data, copy);
        await using var moved = await scratch.StartAsync(copy);
        Assert.Equal(42, await scratch.AskAsync(moved, "SELECT n FROM kept"));
    }

    [Fact]
    public async Task Another_clone_has_another_database_and_a_deleted_data_folder_begins_anew()
    {
        MakeClosed();
        string cluster;
        await using (var first = await scratch.StartAsync(Data))
        await using (var clone = await scratch.StartAsync(Path.Combine(Closed, "clone")))
        {
            cluster = first.ClusterFolder;
            Assert.NotEqual(cluster, clone.ClusterFolder);
        }
        Directory.Delete(Data, recursive: true);

        await using var anew = await scratch.StartAsync(Data);

        Assert.NotEqual(cluster, anew.ClusterFolder);
        Assert.True(Directory.Exists(cluster), "Nothing may be deleted that was not asked to be.");
    }

    [Fact]
    public async Task A_database_that_is_gone_is_told_and_not_replaced_by_an_empty_one()
    {
        MakeClosed();
        await using (await scratch.StartAsync(Data))
        {
        }
        Directory.Delete(scratch.Elsewhere, recursive: true);

        Assert.Contains("which is gone", await scratch.RefusedAsync(Data), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_where_others_could_put_something_is_refused()
    {
        MakeClosed();
        Directory.CreateDirectory(scratch.Elsewhere);
        Scratch.Chmod("777", scratch.Elsewhere);

        Assert.Contains("is not safe for the database", await scratch.RefusedAsync(Data), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_was_closed_later_is_told()
    {
        Assert.SkipUnless(Scratch.IsRoot, "Only root can enter what its PostgreSQL cannot.");
        await using (await scratch.StartAsync())
        {
        }
        Scratch.Chmod("700", scratch.Folder);

        Assert.Contains("can no longer enter that folder", await scratch.RefusedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_of_a_data_folder_that_holds_its_database_is_a_ledger_of_its_own()
    {
        await using (var first = await scratch.StartAsync())
        {
            await scratch.AskAsync(first, "CREATE TABLE kept AS SELECT 42 AS n");
        }

        var copy = Path.Combine(scratch.Folder, "copy");
        Scratch.Do("cp", "-a", scratch.Data, copy);

        await using var original = await scratch.StartAsync();
        await using var copied = await scratch.StartAsync(copy);

        await scratch.AskAsync(copied, "UPDATE kept SET n = 7");
        Assert.Equal(42, await scratch.AskAsync(original, "SELECT n FROM kept"));
    }

    private void MakeClosed()
    {
        Assert.SkipUnless(Scratch.IsRoot, "Only root can enter what its PostgreSQL cannot.");
        Directory.CreateDirectory(Closed);
        Scratch.Chmod("700", Closed);
    }
}
