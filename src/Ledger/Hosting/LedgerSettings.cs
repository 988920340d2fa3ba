using Ledger.Vocabulary;

namespace Ledger.Hosting;

/// <summary>What an operator can set, in the configuration's section <c>Ledger</c>.</summary>
public sealed class LedgerSettings
{
    public const string Section = "Ledger";

    /// <summary>Opens everything that needs the scope <c>read</c> to callers without a key.</summary>
    public bool AnonymousRead { get; set; }

    /// <summary>Origins (scheme, host, port) whose pages may call from a browser (CORS).</summary>
    public IReadOnlyList<string> AllowedOrigins { get; set; } = [];

    /// <summary>Requests a minute with keys that open nothing, from one address, before the rest is told to wait.</summary>
    public int FailedAttemptsPerMinute { get; set; } = 100;

    /// <summary>Codes whose supply, or receipt of what was passed on, is a question to an analyst (<c>/v1/signals</c>).</summary>
    public IReadOnlyList<string> EmbargoedCodes { get; set; } = [];

    /// <summary>Requests a second that one key (or one address, without a key) may make; null: no limit.</summary>
    public int? RequestsPerSecond { get; set; }

    /// <summary>Refuses settings with which the service would quietly do less than its operator believes.</summary>
    /// <exception cref="OperatorException">Says which setting, and what to write.</exception>
    public static void Check(IConfiguration configuration)
    {
        Number(configuration, nameof(FailedAttemptsPerMinute));
        Number(configuration, nameof(RequestsPerSecond));
        const string anonymous = $"{Section}:{nameof(AnonymousRead)}";
        if (configuration[anonymous] is { Length: > 0 } word && !bool.TryParse(word, out _))
        {
            throw new OperatorException($"{anonymous} is '{word}'; it is true or false.");
        }

        foreach (var origin in configuration.GetSection($"{Section}:{nameof(AllowedOrigins)}").GetChildren())
        {
            if (!Uri.TryCreate(origin.Value, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin.Value)
            {
                throw new OperatorException(
                    $"{origin.Path}: '{origin.Value}' is no origin. It is a scheme, a host and perhaps a port: https://example.org");
            }
        }

        const string name = $"{Section}:{nameof(EmbargoedCodes)}";
        var list = configuration.GetSection(name);
        if (list.Value is { Length: > 0 } text)
        {
            throw new OperatorException($"{name} is a list, not '{text}': give each code by its number, {name}:0, {name}:1, ….");
        }

        foreach (var entry in list.GetChildren())
        {
            if (!Country.IsCode(entry.Value ?? ""))
            {
                throw new OperatorException(
                    $"{entry.Path}: '{entry.Value}' is no code. {Country.Advice(entry.Value ?? "")}");
            }
        }
    }

    private static void Number(IConfiguration configuration, string setting)
    {
        if (configuration[$"{Section}:{setting}"] is { Length: > 0 } text
            && !(int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) && number > 0))
        {
            throw new OperatorException($"{Section}:{setting} is '{text}'; it is a whole number of at least 1.");
        }
    }
}
