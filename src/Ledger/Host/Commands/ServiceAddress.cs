namespace Ledger.Host.Commands;

/// <summary>The address of the service that runs on a data folder, for commands beside it: a file in the folder, written when the service
/// listens. Commands use it only while the folder's database runs.</summary>
public static class ServiceAddress
{
    private const string FileName = "address";

    /// <summary>Writes the file.</summary>
    public static void Write(string dataFolder, string address)
    {
        Directory.CreateDirectory(dataFolder);
        File.WriteAllText(Path.Combine(dataFolder, FileName), address + "\n");
    }

    /// <summary>Deletes the file of an earlier service.</summary>
    public static void Delete(string dataFolder) => File.Delete(Path.Combine(dataFolder, FileName));

    /// <summary>The address; null where none was written.</summary>
    public static Uri? Read(string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        return File.Exists(path) && Uri.TryCreate(File.ReadAllText(path).Trim(), UriKind.Absolute, out var address) ? address : null;
    }
}
