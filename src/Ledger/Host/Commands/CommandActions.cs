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

    /// <summary>Adds a rule about options together.</summary>
    /// <param name="command">The command.</param>
    /// <param name="fault">A sentence about what is wrong; null: nothing is.</param>
    internal static TCommand WithValidator<TCommand>(this TCommand command, Func<System.CommandLine.Parsing.CommandResult, string?> fault)
        where TCommand : Command
    {
        command.Validators.Add(result =>
        {
            if (fault(result) is { } sentence)
            {
                result.AddError(sentence);
            }
        });
        return command;
    }
}
