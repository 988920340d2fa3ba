using System.CommandLine;

namespace Ledger.Host.Commands;

/// <summary>Gives commands what they do.</summary>
internal static class CommandActions
{
    /// <summary>A command with what it does.</summary>
    internal static TCommand WithAction<TCommand>(this TCommand command, Func<ParseResult, Task<int>> run) where TCommand : Command
    {
        command.SetAction(run);
        return command;
    }
}
