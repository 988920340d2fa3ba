using System.Security.Cryptography;

namespace Ledger.Hosting.Postgres;

/// <summary>
/// The password for other tools of this machine, when a TCP port was asked for: made once, in the form that psql and its kin read, for the
/// service's user only.
/// </summary>
internal static class PasswordFile
{
    public static string In(string dataFolder) => Path.Combine(dataFolder, "postgres.pgpass");

    /// <summary>The password, made if there is none yet: 64 hexadecimal digits.</summary>
    public static string Read(string dataFolder)
    {
        var file = In(dataFolder);
        if (File.Exists(file)
            && File.ReadAllText(file).Trim().Split(':') is [_, _, _, _, { Length: 64 } known]
            && known.All(char.IsAsciiHexDigit))
            return known;
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        Native.WriteSecret(file, $"127.0.0.1:*:{ServerSettings.Database}:{ServerSettings.Role}:{password}\n");
        return password;
    }
}
