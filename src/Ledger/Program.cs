return await Ledger.Commands.CommandLine.RunAsync(args);
