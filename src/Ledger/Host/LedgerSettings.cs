using Ledger.Access;
using Ledger.Questions;
using Ledger.Problems;
using Ledger.Vocabulary;


namespace Ledger.Host;

/// <summary>What an operator can set for the service as a whole, in the configuration's section <c>Ledger</c>; rooms have settings of their own in it
/// (<see cref="AccessSettings"/>, <see cref="SignalSettings"/>).</summary>
public sealed class LedgerSettings
{
    public const string Section = "Ledger";

    /// <summary>Origins (scheme, host, port) whose pages may call from a browser (CORS).</summary>
    public IReadOnlyList<string> AllowedOrigins { get; set; } = [];

    /// <summary>Refuses settings with which the service would quietly do less than its operator believes.</summary>
    /// <exception cref="OperatorException">Says which setting, and what to write.</exception>
    public static void Check(IConfiguration configuration)
    {
        Number(configuration, nameof(AccessSettings.FailedAttemptsPerMinute));
        Number(configuration, nameof(AccessSettings.RequestsPerSecond));
        const string anonymous = $"{Section}:{nameof(AccessSettings.AnonymousRead)}";
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

        const string name = $"{Section}:{nameof(SignalSettings.EmbargoedCodes)}";
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
