return await Ledger.Host.Commands.CommandLine.RunAsync(args);
