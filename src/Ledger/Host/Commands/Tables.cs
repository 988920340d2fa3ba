using Spectre.Console;

namespace Ledger.Host.Commands;

/// <summary>Prints tables.</summary>
public static class Tables
{
    /// <summary>Columns of a pipe or file do not wrap: there is no screen to wrap them for.</summary>
    private const int WidthOfAFile = 160;

    public static void Print(Table table)
    {
        AnsiConsole.Profile.Width = Console.IsOutputRedirected ? WidthOfAFile : AnsiConsole.Profile.Width;
        AnsiConsole.Write(table);
    }
}
