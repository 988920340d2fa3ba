using Ledger.Problems;

namespace Ledger.Access;

/// <summary>One key for each scope, for development on one's own machine, written to <c>keys.env</c> in the data folder, readable only by
/// its owner. Never made where the service listens beyond the loopback interface.</summary>
public static class DevelopmentKeys
{
    public const string FileName = "keys.env";

    /// <summary>Name of the file's variable with the key of a scope.</summary>
    public static string VariableOf(string scope) => $"LEDGER_{scope.ToUpperInvariant()}_KEY";

    /// <summary>Makes the file and its keys where the file is missing or its keys are invalid.</summary>
    /// <returns>The secrets by scope.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> EnsureAsync(ApiKeys keys, string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        var secrets = await ReadAsync(path, cancellation);
        if (Scopes.All.All(secrets.ContainsKey) && await AreValidAsync(keys, secrets, cancellation))
        {
            return secrets;
        }

        // Secrets cannot be recovered from their hashes: keys whose file is gone are revoked and replaced.
        foreach (var old in await keys.ListAsync(cancellation))
        {
            if (old.Revoked is null && Scopes.All.Any(scope => old.Name == NameOf(scope)))
            {
                await keys.RevokeAsync(old.Id, cancellation);
            }
        }

        var made = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var scope in Scopes.All)
        {
            var feeds = scope == Scopes.Report ? new[] { Caller.AllFeeds } : [];
            (_, made[scope]) = await keys.MakeAsync(NameOf(scope), [scope], feeds, null, cancellation);
        }

        await WriteAsync(path, made, cancellation);
        return made;
    }

    private static string NameOf(string scope) => $"development-{scope}";

    /// <summary>True where each key is valid, never expires and has its scope. The check is not recorded as a use.</summary>
    private static async Task<bool> AreValidAsync(ApiKeys keys, Dictionary<string, string> secrets, CancellationToken cancellation)
    {
        foreach (var (scope, secret) in secrets)
        {
            if (await keys.FindAsync(secret, cancellation) is not { Revoked: null, Expires: null } key || !key.Caller.Has(scope))
            {
                return false;
            }
        }

        return true;
    }

    private static async Task<Dictionary<string, string>> ReadAsync(string path, CancellationToken cancellation)
    {
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!File.Exists(path))
        {
            return secrets;
        }

        foreach (var line in await File.ReadAllLinesAsync(path, cancellation))
        {
            foreach (var scope in Scopes.All)
            {
                if (line.StartsWith(VariableOf(scope) + "=", StringComparison.Ordinal))
                {
                    secrets[scope] = line[(VariableOf(scope).Length + 1)..].Trim();
                }
            }
        }

        return secrets;
    }

    /// <summary>Writes a temporary file and renames it, so that a kill leaves the old file or the new one. Others can never read
    /// it.</summary>
    private static async Task WriteAsync(string path, Dictionary<string, string> secrets, CancellationToken cancellation)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using (var writer = new StreamWriter(temporary, options))
        {
            foreach (var scope in Scopes.All)
            {
                await writer.WriteAsync($"{VariableOf(scope)}={secrets[scope]}\n".AsMemory(), cancellation);
            }
        }

        File.Move(temporary, path, overwrite: true);
    }
}
