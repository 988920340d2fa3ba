using System.CommandLine;

namespace Ledger.Host.Commands;

/// <summary>Sets the actions of commands.</summary>
internal static class CommandActions
{
    /// <summary>Sets the action of a command, and returns the command.</summary>
    internal static TCommand WithAction<TCommand>(this TCommand command, Func<ParseResult, Task<int>> run) where TCommand : Command
    {
        command.SetAction(run);
        return command;
    }
}
