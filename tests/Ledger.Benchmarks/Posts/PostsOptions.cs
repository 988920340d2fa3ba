using System.Globalization;

namespace Ledger.Benchmarks.Posts;

/// <summary>How long is measured, and how.</summary>
/// <param name="Rounds">In each of them everything is measured once.</param>
/// <param name="Window">Of one measurement.</param>
/// <param name="Connections">At which numbers of connections.</param>
internal sealed record PostsOptions(int Rounds, TimeSpan Window, IReadOnlyList<int> Connections)
{
    public const string Usage = "posts [--rounds 3] [--seconds 5] [--connections 1,16,64,256] | idle [--seconds 60]";

    /// <exception cref="FormatException">An option that is none, or without a number of at least one.</exception>
    public static PostsOptions Of(string[] args, int seconds)
    {
        var options = new PostsOptions(3, TimeSpan.FromSeconds(seconds), [1, 16, 64, 256]);
        for (var i = 0; i < args.Length; i += 2)
        {
            var values = (i + 1 < args.Length ? args[i + 1] : "").Split(',').Select(x => int.TryParse(x, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number is > 0 and <= 3_600 ? number : throw new FormatException(Usage)).ToList();
            options = (args[i], values) switch
            {
                ("--rounds", [var rounds]) => options with { Rounds = rounds },
                ("--seconds", [var length]) => options with { Window = TimeSpan.FromSeconds(length) },
                ("--connections", _) when values.Max() <= 400 => options with { Connections = values },
                _ => throw new FormatException(Usage),
            };
        }

        return options;
    }
}
