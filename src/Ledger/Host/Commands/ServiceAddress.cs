namespace Ledger.Host.Commands;

/// <summary>Where the service of a data folder listens, for the commands that are used beside it: a file in the folder, written when it
/// listens, and believed only while the folder's database runs.</summary>
public static class ServiceAddress
{
    private const string FileName = "address";

    public static void Write(string dataFolder, string address)
    {
        Directory.CreateDirectory(dataFolder);
        File.WriteAllText(Path.Combine(dataFolder, FileName), address + "\n");
    }

    /// <summary>The address; null where none was written.</summary>
    public static Uri? Read(string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        return File.Exists(path) && Uri.TryCreate(File.ReadAllText(path).Trim(), UriKind.Absolute, out var address) ? address : null;
    }
}
