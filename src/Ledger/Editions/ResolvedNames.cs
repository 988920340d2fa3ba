using Ledger.Vocabulary;

namespace Ledger.Editions;

/// <summary>Resolves the names of a file, and keeps those that no table knows.</summary>
public sealed class ResolvedNames
{
    private readonly SortedSet<(string What, string Name, string As)> _unresolved = [];
    private readonly Dictionary<string, string> _codes = new(StringComparer.Ordinal);

    /// <summary>A line for each name that no table knows, with what it was taken as.</summary>
    public IEnumerable<EditionLine> Unresolved =>
        _unresolved.Select(x => new EditionLine(null, LineStatus.Unresolved) { What = x.What, Name = x.Name, TakenAs = x.As });

    /// <summary>The code of a recipient or supplier.</summary>
    public string CodeOf(string name)
    {
        if (!_codes.TryGetValue(name, out var code))
        {
            _codes[name] = code = RegisterNames.CodeOf(name, out var isResolved);
            if (!isResolved)
            {
                _unresolved.Add(("country", name, code));
            }
        }

        return code;
    }

    /// <summary>The platform of a designation and description.</summary>
    public RegisterPlatform PlatformOf(RegisterPlatforms platforms, string designation, string description)
    {
        var platform = platforms[designation, description];
        if (RegisterNames.CategoryOf(description) is null)
        {
            _unresolved.Add(("description", description, WordNames.Of(platforms.CategoryOf(platform.Slug))));
        }

        return platform;
    }
}
