using Ledger.Hosting;

namespace Ledger.Commands;

/// <summary>The options that every command takes, and what is left.</summary>
/// <param name="DataFolder">Of the embedded database and the development keys.</param>
/// <param name="PostgresPort">Port of 127.0.0.1 for the own database, beside its socket; null: the socket alone.</param>
/// <param name="ConnectionString">Null: a database of the service's own.</param>
/// <param name="Configuration">What is handed on as configuration.</param>
/// <param name="Others">Arguments that are no options of these.</param>
/// <param name="SchemaIsSaid">Somebody set what the start does to the schema.</param>
public sealed record Options(string DataFolder, int? PostgresPort, string? ConnectionString, string[] Configuration, string[] Others, bool SchemaIsSaid)
{
    /// <summary>Reads <c>--data DIR</c>, <c>--urls URL</c> and settings with a colon in their names (<c>--Ledger:AnonymousRead true</c>).</summary>
    /// <exception cref="FormatException">An option without its value.</exception>
    public static Options Of(string[] args)
    {
        var configuration = new List<string>();
        var others = new List<string>();
        string? data = null;
        for (var i = 0; i < args.Length; i++)
        {
            var (name, value) = args[i].Split('=', 2) is [var n, var v] ? (n, v) : (args[i], null);
            if (name is not ("--data" or "--urls" or "--environment")
                && !(name.StartsWith("--", StringComparison.Ordinal) && name.Contains(':', StringComparison.Ordinal)))
            {
                others.Add(args[i]);
                continue;
            }

            value ??= ++i < args.Length ? args[i] : throw new FormatException($"{name} needs a value.");
            if (name == "--data")
            {
                data = value;
            }
            else
            {
                configuration.AddRange([name, value]);
            }
        }

        var settings = new ConfigurationBuilder().SetBasePath(AppContext.BaseDirectory).AddJsonFile("appsettings.json", optional: true)
            .AddEnvironmentVariables().AddCommandLine([.. configuration]).Build();
        var folder = Path.GetFullPath(data ?? settings["Ledger:Data"] ?? ".ledger");
        return new Options(folder, PortOf(settings), ConnectionStringOf(settings), [.. configuration], [.. others],
            settings[Schema.Setting] is { Length: > 0 });
    }

    private static int? PortOf(IConfiguration settings) => settings["Ledger:PostgresPort"] switch
    {
        null or "" => null,
        var text when ushort.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var port) && port > 0 => port,
        _ => throw new FormatException("Ledger:PostgresPort is a port: a number from 1 to 65535."),
    };

    private static string? ConnectionStringOf(IConfiguration settings)
    {
        if (settings.GetConnectionString("Ledger") is not { Length: > 0 } text)
        {
            return null;
        }

        try
        {
            return new Npgsql.NpgsqlConnectionStringBuilder(text).ConnectionString;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw new FormatException("ConnectionStrings:Ledger is no connection string: Host=…;Port=…;Username=…;Password=…;Database=…");
        }
    }

    /// <summary>The configuration of a service on this database: of its own, it may bring the schema up to date by itself.</summary>
    public string[] ConfigurationFor(Database database) =>
        database.IsOwn && !SchemaIsSaid ? [.. Configuration, $"--{Schema.Setting}", Schema.Apply] : Configuration;

    public StartupSettings StartupSettings(Database database) => new(DataFolder, database.IsOwn);
}
