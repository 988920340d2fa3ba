using Spectre.Console;

namespace Ledger.Host.Commands;

/// <summary>Prints tables.</summary>
public static class Tables
{
    /// <summary>Characters of a line in a pipe or file, wide enough that columns do not wrap.</summary>
    private const int RedirectedWidth = 160;

    /// <summary>Prints a table to the standard output.</summary>
    public static void Print(Table table)
    {
        AnsiConsole.Profile.Width = Console.IsOutputRedirected ? RedirectedWidth : AnsiConsole.Profile.Width;
        AnsiConsole.Write(table);
    }
}
