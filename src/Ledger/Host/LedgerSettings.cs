using Ledger.Access;
using Ledger.Export;
using Ledger.Problems;
using Ledger.Questions;

namespace Ledger.Host;

/// <summary>Settings of the service as a whole, in the configuration's section <c>Ledger</c>. Rooms have settings of their own in it
/// (<see cref="AccessSettings"/>, <see cref="SignalSettings"/>, <see cref="ExportSettings"/>).</summary>
public sealed class LedgerSettings
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Ledger";

    /// <summary>Origins (scheme, host, port) whose pages may call from a browser (CORS).</summary>
    public IReadOnlyList<string> AllowedOrigins { get; set; } = [];

    /// <summary>Validates settings whose invalid values the configuration binder would ignore.</summary>
    /// <exception cref="OperatorException">Names the setting, and what to write.</exception>
    public static void Check(IConfiguration configuration)
    {
        CheckNumber(configuration, nameof(AccessSettings.FailedAttemptsPerMinute));
        CheckNumber(configuration, nameof(AccessSettings.RequestsPerSecond));
        CheckNumber(configuration, AnswerMemory.Setting);
        foreach (var setting in ExportSettings.Numbers)
        {
            CheckNumber(configuration, setting);
        }

        CheckNumber(configuration, $"{AnalyticsSettings.Section}:{nameof(AnalyticsSettings.Keep)}");
        const string Snapshots = $"{Section}:{AnalyticsSettings.Section}:{nameof(AnalyticsSettings.Snapshots)}";
        if (configuration[Snapshots] is { Length: > 0 } often
            && often is not (AnalyticsSettings.Off or AnalyticsSettings.Daily or AnalyticsSettings.Changed))
        {
            throw new OperatorException($"{Snapshots} is '{often}'; it is {AnalyticsSettings.Off}, {AnalyticsSettings.Daily} or "
                + $"{AnalyticsSettings.Changed}.");
        }

        const string AnonymousRead = $"{Section}:{nameof(AccessSettings.AnonymousRead)}";
        if (configuration[AnonymousRead] is { Length: > 0 } word && !bool.TryParse(word, out _))
        {
            throw new OperatorException($"{AnonymousRead} is '{word}'; it is true or false.");
        }

        foreach (var origin in ListOf(configuration, nameof(AllowedOrigins), "origin"))
        {
            if (!Uri.TryCreate(origin.Value, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin.Value)
            {
                throw new OperatorException(
                    $"{origin.Path}: '{origin.Value}' is no origin. It is a scheme, a host and perhaps a port: https://example.org");
            }
        }

        try
        {
            _ = SignalSettings.EmbargoesOf(ListOf(configuration, nameof(SignalSettings.EmbargoedCodes), "code")).ToList();
        }
        catch (FormatException refused)
        {
            throw new OperatorException(refused.Message);
        }
    }

    private static IEnumerable<IConfigurationSection> ListOf(IConfiguration configuration, string setting, string entry)
    {
        var list = configuration.GetSection($"{Section}:{setting}");
        return list.Value is { Length: > 0 } text
            ? throw new OperatorException(
                $"{list.Path} is a list, not '{text}': give each {entry} by its number, {list.Path}:0, {list.Path}:1, ….")
            : list.GetChildren();
    }

    private static void CheckNumber(IConfiguration configuration, string setting)
    {
        if (configuration[$"{Section}:{setting}"] is { Length: > 0 } text
            && !(long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) && number > 0))
        {
            throw new OperatorException($"{Section}:{setting} is '{text}'; it is a whole number of at least 1.");
        }
    }
}
